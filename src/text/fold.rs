//! From the original to the plain and the folded reading.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

use super::signs::Signs;
use super::{EvasionKind, Text};

/// The code of a character that leaves nothing behind.
const DROPPED: u16 = 0xFFFE;
/// The code of a character whose form is looked up in the map of expansions.
const EXPANDED: u16 = 0xFFFF;

/// Code points of the digit zero of every script but ASCII; nine digits follow
/// each. From the Unicode Character Database 14.0, general category Nd.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0,
    0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// The folding tables as the pack gives them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct FoldTables {
    /// Writing variants, always folded.
    pub letters: Vec<(char, String)>,
    /// Decorative forms, undone and remembered as evidence.
    pub styled: Vec<(char, String)>,
    /// Look-alikes of Latin letters.
    pub to_latin: Vec<(char, char)>,
    /// Look-alikes of Cyrillic letters.
    pub to_cyrillic: Vec<(char, char)>,
    /// Characters written as their parts.
    pub components: Vec<(String, String)>,
    /// Digits and signs that stand for letters; the likeliest letter first.
    pub leet: Vec<(char, String)>,
}

/// Folds text by tables; made once for a pack and shared.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Folder {
    plain: Box<[u16]>,
    folded: Box<[u16]>,
    expansions: HashMap<char, Expansion>,
    to_latin: HashMap<char, char>,
    to_cyrillic: HashMap<char, char>,
    components: HashMap<char, Vec<(Vec<char>, String)>>,
    leet: HashMap<char, char>,
    /// For each character of the basic plane, its traits.
    traits: Box<[u8]>,
    /// Each ASCII letter folds to its small form, as in any sane pack.
    ascii_letters: bool,
    tables: Tables,
}

/// What a character is, as bits.
pub(super) mod is {
    pub const LETTER: u8 = 1;
    pub const ALNUM: u8 = 2;
    /// The fold of this character needs more than a look into the tables.
    pub const SPECIAL: u8 = 4;
    pub const LATIN: u8 = 8;
    pub const CYRILLIC: u8 = 16;
    /// Of another script whose letters look like Latin or Cyrillic ones.
    pub const ALIKE: u8 = 32;
    /// The scripts whose letters imitate each other.
    pub const SCRIPTS: u8 = LATIN | CYRILLIC | ALIKE;
    /// A combining mark that carries the word it stands in.
    pub const MARK: u8 = 64;
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Tables {
    letters: HashMap<char, String>,
    styled: HashMap<char, String>,
    /// Signs that are part of some word of the pack, and so are no separators.
    kept: Vec<char>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Expansion {
    plain: String,
    folded: String,
}

impl Folder {
    /// `kept` are the signs that words of the pack contain.
    pub fn new(tables: &FoldTables, mut kept: Vec<char>) -> Self {
        kept.retain(|&c| !always_separates(c));
        kept.sort_unstable();
        kept.dedup();
        let look = Tables {
            letters: tables.letters.iter().cloned().collect(),
            styled: tables.styled.iter().cloned().collect(),
            kept,
        };
        let mut components: HashMap<char, Vec<(Vec<char>, String)>> = HashMap::new();
        for (parts, whole) in &tables.components {
            let mut rest = parts.chars();
            if let Some(first) = rest.next() {
                components.entry(first).or_default().push((rest.collect(), whole.clone()));
            }
        }
        let leet = tables.leet.iter().filter_map(|(c, to)| Some((*c, to.chars().next()?))).collect();
        let mut folder = Self {
            plain: vec![0; 0x1_0000].into_boxed_slice(),
            folded: vec![0; 0x1_0000].into_boxed_slice(),
            expansions: HashMap::new(),
            to_latin: folded_targets(&look, &tables.to_latin),
            to_cyrillic: folded_targets(&look, &tables.to_cyrillic),
            components,
            leet,
            traits: vec![0; 0x1_0000].into_boxed_slice(),
            ascii_letters: false,
            tables: look,
        };
        for code in 0..0x1_0000_u32 {
            if let Some(c) = char::from_u32(code) {
                folder.tabulate(c);
                folder.traits[code as usize] = folder.traits_of(c);
            }
        }
        folder.ascii_letters = ('a'..='z')
            .chain('A'..='Z')
            .all(|letter| folder.folded[letter as usize] == u16::from(letter.to_ascii_lowercase() as u8));
        let astral: Vec<char> = tables.styled.iter().map(|(c, _)| *c).filter(|&c| c > '\u{ffff}').collect();
        for c in astral {
            let expansion = folder.tables.expand(c);
            folder.expansions.insert(c, expansion);
        }
        folder
    }

    fn tabulate(&mut self, c: char) {
        let index = c as usize;
        let expansion = self.tables.expand(c);
        let code = |form: &str| {
            let mut chars = form.chars();
            match (chars.next(), chars.next()) {
                (None, _) => Some(DROPPED),
                (Some(only), None) => u16::try_from(only as u32).ok().filter(|&code| code < DROPPED),
                _ => None,
            }
        };
        if let (Some(plain), Some(folded)) = (code(&expansion.plain), code(&expansion.folded)) {
            self.plain[index] = plain;
            self.folded[index] = folded;
        } else {
            self.plain[index] = EXPANDED;
            self.folded[index] = EXPANDED;
            self.expansions.insert(c, expansion);
        }
    }

    fn traits_of(&self, c: char) -> u8 {
        let mut traits = look_script(c);
        traits |= u8::from(c.is_alphabetic()) * is::LETTER + u8::from(c.is_alphanumeric()) * is::ALNUM;
        traits |= u8::from(is_combining_mark(c)) * is::MARK;
        let special = self.plain.get(c as usize).is_none_or(|&code| code == EXPANDED)
            || self.components.contains_key(&c)
            || self.tables.styled.contains_key(&c)
            || is_invisible(c)
            || strips(c)
            || composes(c)
            || is_decorated(c);
        traits | (u8::from(special) * is::SPECIAL)
    }

    /// The traits of a character, by table where it has one.
    fn traits(&self, c: char) -> u8 {
        self.traits.get(c as usize).copied().unwrap_or_else(|| self.traits_of(c))
    }

    /// `char::is_alphabetic`, by table.
    pub fn is_letter(&self, c: char) -> bool {
        self.traits(c) & is::LETTER != 0
    }

    /// `char::is_alphanumeric`, by table.
    pub fn is_alnum(&self, c: char) -> bool {
        self.traits(c) & is::ALNUM != 0
    }

    /// The letter that a digit or sign stands for inside a word, beside `neighbour`.
    pub fn leet(&self, c: char, neighbour: char) -> Option<char> {
        let letter = self.leet.get(&c).copied()?;
        if self.traits(neighbour) & is::CYRILLIC == 0 {
            return Some(letter);
        }
        self.to_cyrillic.get(&letter).copied()
    }

    /// Folds a word of the pack exactly as messages are folded.
    pub fn fold_word(&self, word: &str) -> String {
        let mut text = Text::default();
        self.fold(word, &mut text);
        text.folded.as_str().trim().to_owned()
    }

    /// Fills `text` with the readings of `original`, undoing as it goes.
    ///
    /// Offsets are 32 bits wide: what lies past 4 GiB is not read.
    pub fn fold(&self, original: &str, text: &mut Text) {
        text.clear();
        let end = super::floor_boundary(original, u32::MAX as usize);
        let original = &original[..end];
        if original.is_ascii() {
            self.fold_ascii(original, text);
        } else {
            self.fold_any(original, text);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB, and ASCII folds to ASCII")]
    fn fold_ascii(&self, original: &str, text: &mut Text) {
        text.plain.copy(original);
        text.folded.reserve(original.len());
        let bytes = original.as_bytes();
        let mut signs = Signs::default();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if self.ascii_letters && byte.is_ascii_alphabetic() {
                let end = bytes[at..].iter().position(|b| !b.is_ascii_alphabetic()).map_or(bytes.len(), |n| at + n);
                signs.see_word(&bytes[at..end], self.traits[usize::from(byte)]);
                text.folded.extend_lower(&original[at..end], at);
                at = end;
                continue;
            }
            let folded = match self.folded[usize::from(byte)] {
                DROPPED => None,
                code if code < 0x80 => Some(code as u8),
                _ => Some(b' '),
            };
            if let Some(folded) = folded {
                signs.see(char::from(byte), self.traits[usize::from(byte)]);
                let opens = matches!(text.folded.text.as_bytes().last(), None | Some(b' '));
                if folded != b' ' || !opens {
                    text.folded.push(char::from(folded), at as u32, at as u32 + 1);
                }
            }
            at += 1;
        }
        signs.finish(text);
    }

    fn fold_any(&self, original: &str, text: &mut Text) {
        let mut word = Word { original, ..Word::default() };
        let mut marks = 0_u32;
        let mut signs = Signs::default();
        let mut skip_to = 0;
        let mut hidden: Option<(u32, u32)> = None;
        for (at, c) in original.char_indices() {
            if at < skip_to {
                continue;
            }
            #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
            let (from, mut to) = (at as u32, (at + c.len_utf8()) as u32);
            let special = self.traits(c) & is::SPECIAL != 0;
            if special {
                if let Some((len, whole)) = self.component(c, &original[at..]) {
                    skip_to = at + len;
                    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
                    let end = skip_to as u32;
                    to = end;
                    text.undo(EvasionKind::Homoglyph, from, to);
                    for whole in whole.chars() {
                        self.emit(text, whole, whole, from, to, &mut word, &mut signs);
                    }
                    continue;
                }
                if is_invisible(c) {
                    if c == '\u{fe0f}' || c == '\u{200d}' && marks == 0 && !ends_in_letter(text) {
                        continue;
                    }
                    hidden = Some(hidden.map_or((from, to), |(start, _)| (start, to)));
                    continue;
                }
            }
            if let Some((start, end)) = hidden.take()
                && self.is_alnum(c)
                && ends_in_letter(text)
            {
                text.undo(EvasionKind::ZeroWidth, start, end);
            }
            if special {
                if strips(c) {
                    marks += 1;
                    if marks >= 2 {
                        text.undo(EvasionKind::Symbols, from, to);
                    }
                    if c == '\u{20e3}' {
                        text.undo(EvasionKind::Emoji, from.saturating_sub(1), to);
                    }
                    extend_last(text, to);
                    continue;
                }
                if composes(c) && compose_last(text, c, to) {
                    marks = 0;
                    continue;
                }
                if self.tables.styled.contains_key(&c) {
                    let kind = if c > '\u{ffff}' { EvasionKind::Emoji } else { EvasionKind::Symbols };
                    text.undo(kind, from, to);
                } else if is_decorated(c) {
                    let fullwidth = ('\u{ff01}'..='\u{ff5e}').contains(&c);
                    text.undo(if fullwidth { EvasionKind::Fullwidth } else { EvasionKind::Symbols }, from, to);
                }
            }
            marks = 0;
            let (plain, folded) = (code_of(&self.plain, c), code_of(&self.folded, c));
            if let (Some(plain), Some(folded)) = (plain, folded) {
                self.emit(text, plain, folded, from, to, &mut word, &mut signs);
                continue;
            }
            let owned;
            let expansion = if let Some(known) = self.expansions.get(&c) {
                known
            } else {
                owned = self.tables.expand(c);
                &owned
            };
            let mut folded = expansion.folded.chars();
            for p in expansion.plain.chars() {
                let f = folded.next().unwrap_or('\0');
                self.emit(text, p, f, from, to, &mut word, &mut signs);
            }
            for f in folded {
                self.emit(text, '\0', f, from, to, &mut word, &mut signs);
            }
        }
        self.end_word(text, &mut word);
        signs.finish(text);
        text.disguised |= !text.undone.is_empty();
    }

    /// Writes one character to both readings; `'\0'` writes nothing.
    #[expect(clippy::too_many_arguments, reason = "the inner step of the loop, its state passed along")]
    fn emit(
        &self,
        text: &mut Text,
        plain: char,
        folded: char,
        from: u32,
        to: u32,
        word: &mut Word<'_>,
        signs: &mut Signs,
    ) {
        let traits = self.traits(folded);
        let alnum = traits & is::ALNUM != 0;
        if folded == ' ' || !alnum && folded != '\0' {
            self.end_word(text, word);
        }
        if plain != '\0' {
            signs.see(plain, self.traits(plain));
            text.plain.push(plain, from, to);
        }
        match folded {
            '\0' => {}
            ' ' => {
                if !text.folded.text.is_empty() && !text.folded.text.ends_with(' ') {
                    text.folded.push(' ', from, to);
                }
            }
            _ => text.folded.push(folded, from, to),
        }
        if alnum {
            word.see(traits & is::SCRIPTS);
        } else {
            word.start(text);
        }
    }

    /// Undoes look-alikes in the word that has just ended, if its letters mix scripts.
    fn end_word(&self, text: &mut Text, word: &mut Word<'_>) {
        if word.is_mixed() {
            self.unmix(text, word);
        }
        word.start(text);
    }

    fn unmix(&self, text: &mut Text, word: &Word<'_>) {
        let tail = text.folded.text[word.folded..].to_owned();
        let latin_possible = tail.chars().all(|c| look_script(c) & !is::LATIN == 0 || self.to_latin.contains_key(&c));
        let cyrillic_possible =
            tail.chars().all(|c| look_script(c) & is::LATIN == 0 || self.to_cyrillic.contains_key(&c));
        let to_cyrillic = match (latin_possible, cyrillic_possible && word.scripts & is::CYRILLIC != 0) {
            (true, false) => false,
            (false, true) => true,
            (true, true) => word.is_cyrillic_text(),
            (false, false) => return,
        };
        let table = if to_cyrillic { &self.to_cyrillic } else { &self.to_latin };
        let wanted = |c: char| {
            let script = look_script(c);
            let foreign = script != 0 && (script == is::LATIN) == to_cyrillic;
            if foreign { table.get(&c).copied() } else { None }
        };
        for (view, start) in [(&mut text.folded, word.folded), (&mut text.plain, word.plain)] {
            let tail: Vec<(char, u32, u32)> = view.text[start..]
                .char_indices()
                .map(|(i, c)| (c, view.start(start + i), view.end(start + i)))
                .collect();
            view.truncate(start);
            for (c, from, to) in tail {
                let lower = c.to_lowercase().next().unwrap_or(c);
                view.push(wanted(lower).unwrap_or(c), from, to);
            }
        }
        let (from, to) = (text.folded.start(word.folded), text.folded.end(text.folded.text.len() - 1));
        text.undo(EvasionKind::Homoglyph, from, to);
    }

    /// A character written as its parts, beginning here: its length and the whole.
    fn component(&self, c: char, rest: &str) -> Option<(usize, &str)> {
        if c < '\u{2e80}' {
            return None;
        }
        let candidates = self.components.get(&c)?;
        candidates.iter().find_map(|(parts, whole)| {
            let mut len = c.len_utf8();
            for part in parts {
                // What folds away may stand between the parts.
                let next = rest[len..].chars().find(|&next| {
                    let hidden = is_invisible(next) || strips(next);
                    len += if hidden { next.len_utf8() } else { 0 };
                    !hidden
                })?;
                if next != *part {
                    return None;
                }
                len += next.len_utf8();
            }
            Some((len, whole.as_str()))
        })
    }
}

impl Tables {
    fn expand(&self, c: char) -> Expansion {
        if is_invisible(c) {
            return Expansion::default();
        }
        let plain: String = if let Some(styled) = self.styled.get(&c) {
            styled.clone()
        } else if keeps_form(c) {
            c.into()
        } else if let Some(digit) = digit(c) {
            digit.into()
        } else {
            std::iter::once(c).nfkc().map(|n| digit(n).unwrap_or(n)).collect()
        };
        let plain: String = plain
            .chars()
            .map(|p| match self.letters.get(&p).map(String::as_str) {
                Some(to) if !p.is_alphanumeric() => to.chars().next().unwrap_or(p),
                _ => p,
            })
            .collect();
        // One table's letter may be another's key: fold until nothing changes.
        let mut folded = self.fold_once(&plain);
        for _ in 0..3 {
            let again = self.fold_once(&folded);
            if again == folded {
                break;
            }
            folded = again;
        }
        Expansion { plain, folded }
    }

    fn fold_once(&self, plain: &str) -> String {
        let mut folded = String::new();
        for lower in plain.chars().flat_map(char::to_lowercase) {
            let mut stripped = String::new();
            if let Some(styled) = self.styled.get(&lower) {
                stripped.push_str(styled);
            } else if keeps_form(lower) {
                stripped.push(lower);
            } else {
                stripped.extend(std::iter::once(lower).nfkd().filter(|&d| !strips(d)).nfc());
            }
            for s in stripped.chars() {
                match self.letters.get(&s) {
                    Some(to) => folded.extend(to.chars().map(|t| self.separate(t))),
                    None => folded.push(self.separate(s)),
                }
            }
        }
        folded
    }

    fn separate(&self, c: char) -> char {
        let stays = c.is_alphanumeric() || c == '\'' || is_combining_mark(c) || self.kept.binary_search(&c).is_ok();
        if stays { c } else { ' ' }
    }
}

/// The word being read: where it began in both readings and the scripts in it.
#[derive(Debug, Default)]
struct Word<'o> {
    original: &'o str,
    plain: usize,
    folded: usize,
    scripts: u8,
    last: u8,
    changes: u32,
    latin: u32,
    other: u32,
}

impl Word<'_> {
    fn start(&mut self, text: &Text) {
        *self = Self {
            plain: text.plain.text.len(),
            folded: text.folded.text.len(),
            original: self.original,
            ..Self::default()
        };
    }

    /// Whether most letters of the whole text are Cyrillic.
    fn is_cyrillic_text(&self) -> bool {
        let letters = |wanted: u8| self.original.chars().filter(|&c| look_script(c) == wanted).count();
        letters(is::CYRILLIC) > letters(is::LATIN)
    }

    fn see(&mut self, script: u8) {
        if script == 0 {
            return;
        }
        self.scripts |= script;
        if self.last != 0 && self.last != script {
            self.changes += 1;
        }
        self.last = script;
        if script == is::LATIN {
            self.latin += 1;
        } else {
            self.other += 1;
        }
    }

    /// One change of script between two long parts is an honest compound or
    /// an inflected brand name, not disguise.
    fn is_mixed(&self) -> bool {
        self.scripts & is::LATIN != 0
            && self.scripts != is::LATIN
            && !(self.changes == 1 && self.latin.min(self.other) >= 3)
    }
}

/// The look-alikes, with the letters they stand for folded as any letter is.
fn folded_targets(tables: &Tables, pairs: &[(char, char)]) -> HashMap<char, char> {
    let fold = |c: char| tables.expand(c).folded.chars().next().unwrap_or(c);
    pairs.iter().map(|&(from, to)| (from, fold(to))).collect()
}

fn code_of(table: &[u16], c: char) -> Option<char> {
    match table.get(c as usize) {
        Some(&EXPANDED) | None => None,
        Some(&DROPPED) => Some('\0'),
        Some(&code) => char::from_u32(u32::from(code)),
    }
}

fn digit(c: char) -> Option<char> {
    let code = c as u32;
    let at = ZEROS.partition_point(|&zero| zero <= code).checked_sub(1)?;
    let value = code - ZEROS[at];
    (value < 10).then(|| char::from_digit(value, 10)).flatten()
}

/// Default-ignorable code points and the tatweel: they show nothing.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that fold away; those of Indic and Thai scripts and of kana carry the
/// word and stay.
fn strips(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}'
        | '\u{5c4}' | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters that join the one before: kana sound marks and conjoining jamo.
fn composes(c: char) -> bool {
    matches!(c, '\u{3099}' | '\u{309a}' | '\u{1161}'..='\u{11ff}')
}

/// Characters that normalisation would tear from how people use them: Korean
/// compatibility jamo, Han, Hangul.
fn keeps_form(c: char) -> bool {
    matches!(c, '\u{3131}'..='\u{318e}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}')
}

/// Punctuation that ends words whatever the pack says.
fn always_separates(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || ",.;:!?-_()[]{}/\\*\"~|<>=·•…、。，：；！？（）「」『』【】《》“”".contains(c)
}

fn look_script(c: char) -> u8 {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => is::LATIN,
        '\u{400}'..='\u{52f}' => is::CYRILLIC,
        '\u{370}'..='\u{3ff}'
        | '\u{530}'..='\u{58f}'
        | '\u{13a0}'..='\u{13ff}'
        | '\u{2c80}'..='\u{2cff}'
        | '\u{a4d0}'..='\u{a4ff}'
        | '\u{250}'..='\u{2af}'
        | '\u{10330}'..='\u{1034f}' => is::ALIKE,
        _ => 0,
    }
}

/// Forms that are written for show: full-width and circled letters, mathematical alphabets.
fn is_decorated(c: char) -> bool {
    ('\u{ff01}'..='\u{ff5e}').contains(&c) && c.is_alphanumeric()
        || ('\u{1d400}'..='\u{1d7ff}').contains(&c)
        || ('\u{2460}'..='\u{24ff}').contains(&c)
}

fn ends_in_letter(text: &Text) -> bool {
    text.plain.text.chars().next_back().is_some_and(char::is_alphanumeric)
}

fn extend_last(text: &mut Text, to: u32) {
    for view in [&mut text.plain, &mut text.folded] {
        if let Some(last) = view.text.chars().next_back() {
            let start = view.text.len() - last.len_utf8();
            view.stretch(start, to);
        }
    }
}

fn compose_last(text: &mut Text, c: char, to: u32) -> bool {
    let composed = text.plain.text.chars().next_back().and_then(|last| compose(last, c));
    let Some(composed) = composed else { return false };
    for view in [&mut text.plain, &mut text.folded] {
        if let Some(last) = view.text.chars().next_back() {
            let start = view.text.len() - last.len_utf8();
            let from = view.start(start);
            view.truncate(start);
            view.push(composed, from, to);
        }
    }
    true
}

//! The words of the pack, looked up from every place where a word may begin, and
//! the word edges they keep.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::dictionary::{AffixList, Affixes, Dictionary, Hash, Phrases};
use super::{AtomList, CueKind, Hit, Source};
use crate::text::{Squashed, Text, is_unspaced};

/// The most letters an open end may add.
const OPEN_LETTERS: usize = 12;
/// The shortest word, in bytes, that takes the affixes of its languages.
const SHORTEST_AFFIXED: usize = 3;
/// The most letters of a folded word: a few more than the loader allows, as folding may add some.
const LONGEST_FOLDED: usize = 128;
/// How far to look for the rest of a word, in letters.
const LONGEST_AFFIX: usize = 24;
/// The fewest number words that are read when written one onto the other, and the
/// fewest and most letters of such a run; fewer only of one letter: `OOO`.
const FEWEST_GLUED: usize = 3;
const SHORTEST_GLUED: usize = 6;
const LONGEST_GLUED: usize = 64;
/// The class of characters that are words by themselves, or none.
const APART: u8 = 0;
/// What a character can begin, as bits beside its class: affixes written before words,
/// words that may stand inside others, and number words.
const CLASS: u8 = 0x0f;
const PREFIX: u8 = 0x10;
const INNER_OPENER: u8 = 0x20;
const INNER_OTHER: u8 = 0x40;
const NUMBER: u8 = 0x80;

/// All words, looked up from each place where one may begin.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// The words that can open a finding, and the rest, which only add to one: most
    /// messages hold none of the former, and are not searched for the latter.
    openers: Part,
    others: Part,
    /// Number words, which are written one onto the other as well.
    numbers: Dictionary,
    /// For words of several meanings, how many and which.
    senses: Vec<u32>,
    /// All meanings, each once.
    meanings: Vec<Meaning>,
    squashed: Dictionary,
    /// For each squashed word, the range of its entry in `disguisable`.
    squashed_words: Vec<(u32, u32)>,
    disguisable: Vec<Disguised>,
    /// The bit of the names that belong to no language.
    pub anywhere: u64,
    prefixes: Affixes,
    suffixes: Affixes,
    /// For each character of the basic plane, which characters it forms words with and
    /// what it can begin.
    traits: Box<[u8]>,
    /// The atom that marks a disguised word.
    pub evasion: AtomList,
}

/// The words of one part of the lexicon.
#[derive(Debug, Serialize, Deserialize)]
struct Part {
    /// Words that end where their run of letters ends.
    closed: Phrases,
    /// Words that may go on.
    open: Dictionary,
    /// Those of all that may begin inside another.
    inner: Dictionary,
}

/// The characters of one text, taken apart once for all lookups in it.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    all: Vec<Letter>,
    /// The length of the text in bytes.
    end: u32,
    /// The languages to read it in, as bits.
    languages: u64,
}

/// One character of a text.
#[derive(Clone, Copy, Debug)]
struct Letter {
    c: char,
    /// Its byte offset.
    at: u32,
    /// Where the run of letters that holds it ends, as an index.
    to: u32,
    traits: u8,
}

/// What a dictionary's number says of a word.
#[derive(Clone, Copy, Debug)]
struct Sense {
    /// The index is one of `senses`, not of `meanings`.
    many: bool,
    index: u32,
}

impl Sense {
    fn to_number(self) -> u32 {
        self.index << 1 | u32::from(self.many)
    }

    fn from_number(number: u32) -> Self {
        Self { index: number >> 1, many: number & 1 != 0 }
    }
}

/// What a word means, in one language or several.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is its own fact of the word")]
pub(crate) struct Meaning {
    pub atoms: AtomList,
    pub cue: Option<CueKind>,
    pub strong: bool,
    pub ambiguous: bool,
    pub open_start: bool,
    pub open_end: bool,
    /// The languages, as bits.
    pub languages: u64,
}

impl Meaning {
    /// Whether a message may hold a finding because of this word.
    fn opens(&self) -> bool {
        self.strong
            || self.is_number()
            || matches!(self.cue, Some(CueKind::Dot | CueKind::At | CueKind::Mail { .. } | CueKind::Id))
    }

    fn is_number(&self) -> bool {
        matches!(self.cue, Some(CueKind::Number { .. }))
    }
}

/// A word that is looked for in disguise as well.
#[derive(Clone, Debug)]
pub(crate) struct Disguisable {
    pub meaning: Meaning,
    /// Where the word itself has spaces.
    pub spaces: Vec<u8>,
    /// Long enough that a mere space inside is disguise.
    pub long: bool,
}

/// The same as the lexicon keeps it, its meaning by number.
#[derive(Debug, Serialize, Deserialize)]
struct Disguised {
    meaning: u32,
    spaces: Box<[u8]>,
    long: bool,
}

/// Gives each distinct meaning one number.
#[derive(Default)]
struct Meanings {
    all: Vec<Meaning>,
    numbers: HashMap<Meaning, u32>,
}

impl Meanings {
    fn number(&mut self, meaning: &Meaning) -> u32 {
        if let Some(&known) = self.numbers.get(meaning) {
            return known;
        }
        let fresh = number(self.all.len());
        self.all.push(meaning.clone());
        self.numbers.insert(meaning.clone(), fresh);
        fresh
    }
}

impl Lexicon {
    /// `words` and `disguised` are sorted, the former without duplicates.
    pub fn new(
        words: &[(String, Vec<Meaning>)],
        disguised: Vec<(String, Disguisable)>,
        prefixes: &AffixList,
        suffixes: &AffixList,
        anywhere: u64,
        evasion: AtomList,
    ) -> Self {
        let mut meanings = Meanings::default();
        let mut senses = Vec::new();
        let suffixing = suffixes.values().fold(0, |all, languages| all | languages);
        let codes: Vec<u32> = words
            .iter()
            .map(|(_, all)| {
                let index = if let [only] = &all[..] {
                    meanings.number(only)
                } else {
                    let index = number(senses.len());
                    senses.push(number(all.len()));
                    senses.extend(all.iter().map(|meaning| meanings.number(meaning)));
                    index
                };
                Sense { many: all.len() != 1, index }.to_number()
            })
            .collect();
        let words_that = |wanted: &dyn Fn(&str, &[Meaning]) -> bool| -> Vec<(&str, u32)> {
            let all = words.iter().zip(&codes);
            all.filter(|((word, all), _)| wanted(word, all)).map(|((word, _), &code)| (word.as_str(), code)).collect()
        };
        let opens = |all: &[Meaning]| all.iter().any(Meaning::opens);
        let inside = |all: &[Meaning]| all.iter().any(|meaning| meaning.open_start);
        let inner_openers = words_that(&|_, all| inside(all) && opens(all));
        let inner_others = words_that(&|_, all| inside(all) && !opens(all));
        let numbers = words_that(&|word, all| all.iter().any(Meaning::is_number) && !word.contains(' '));
        // What goes on in Hangul may be another word there.
        let closed = |word: &str, all: &[Meaning]| {
            all.iter().all(|m| !m.open_end && m.languages & (suffixing | anywhere) == 0) && !word.ends_with(is_hangul)
        };
        let part = |wanted: &dyn Fn(&[Meaning]) -> bool, inner: &[(&str, u32)]| Part {
            closed: Phrases::new(&words_that(&|word, all| wanted(all) && closed(word, all)), runs),
            open: Dictionary::new(&words_that(&|word, all| wanted(all) && !closed(word, all))),
            inner: Dictionary::new(inner),
        };
        let mut traits = classes();
        for word in prefixes.keys() {
            mark(&mut traits, word, PREFIX);
        }
        for (words, what) in [(&inner_openers, INNER_OPENER), (&inner_others, INNER_OTHER), (&numbers, NUMBER)] {
            for (word, _) in words {
                mark(&mut traits, word, what);
            }
        }
        let mut squashed: Vec<(String, u32)> = Vec::new();
        let mut squashed_words = Vec::new();
        let mut disguisable = Vec::with_capacity(disguised.len());
        for (text, word) in disguised {
            let at = number(disguisable.len());
            disguisable.push(Disguised {
                meaning: meanings.number(&word.meaning),
                spaces: word.spaces.into(),
                long: word.long,
            });
            match squashed.last() {
                Some((last, _)) if *last == text => {}
                _ => {
                    squashed.push((text, number(squashed_words.len())));
                    squashed_words.push((at, at));
                }
            }
            if let Some((_, end)) = squashed_words.last_mut() {
                *end = at + 1;
            }
        }
        Self {
            openers: part(&|all| opens(all), &inner_openers),
            others: part(&|all| !opens(all), &inner_others),
            numbers: Dictionary::new(&numbers),
            senses,
            meanings: meanings.all,
            squashed: Dictionary::new(&squashed.iter().map(|(word, at)| (word.as_str(), *at)).collect::<Vec<_>>()),
            squashed_words,
            disguisable,
            anywhere,
            prefixes: Affixes::new(prefixes),
            suffixes: Affixes::new(suffixes),
            traits,
            evasion,
        }
    }

    /// Finds the words of the folded text that can open a finding, or that say digits
    /// and address signs, each where its edges are kept; `letters` then holds the text.
    /// `languages` are those to read, as bits.
    pub fn find_openers(&self, text: &Text, languages: u64, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(text.folded.as_str(), languages, |c| self.traits(c));
        self.find(text, letters, &self.openers, INNER_OPENER, hits);
        self.find_glued(text, letters, hits);
    }

    /// Finds runs of letters that are nothing but number words: `noveoitosete`.
    fn find_glued(&self, text: &Text, letters: &Letters, hits: &mut Vec<Hit>) {
        let mut i = 0;
        while i < letters.all.len() {
            let end = letters.run_end(i);
            let run = &letters.all[i..end];
            let long = run.len() >= SHORTEST_GLUED || run.len() >= FEWEST_GLUED && run.iter().all(|l| l.c == run[0].c);
            if run[0].traits & NUMBER != 0 && long && run.len() <= LONGEST_GLUED {
                self.split_numbers(text, letters, i..end, hits);
            }
            i = end;
        }
    }

    /// Splits a run of letters into as few number words as can be, if at all.
    fn split_numbers(&self, text: &Text, letters: &Letters, run: Range<usize>, hits: &mut Vec<Hit>) {
        let run_letters = &letters.all[run.clone()];
        // Which places number words reach from the beginning, as bits: seldom many.
        let mut reached = 1_u128;
        for at in 0..run_letters.len() {
            if reached >> at == 0 {
                return;
            }
            if reached >> at & 1 != 0 {
                self.numbers.each(chars(&run_letters[at..]), |length, _| reached |= 1 << (at + length));
            }
        }
        if reached >> run_letters.len() == 0 {
            return;
        }
        // For each place, the fewest words from there to the end, and the first of them.
        let mut best: [Option<(usize, usize, u32)>; LONGEST_GLUED + 1] = [None; LONGEST_GLUED + 1];
        best[run_letters.len()] = Some((0, 0, 0));
        for at in (0..run_letters.len()).rev() {
            self.numbers.each(chars(&run_letters[at..]), |length, word| {
                if let Some((words, ..)) = best[at + length]
                    && best[at].is_none_or(|(known, ..)| words + 1 < known)
                {
                    best[at] = Some((words + 1, length, word));
                }
            });
        }
        if best[0].is_none_or(|(words, ..)| words < FEWEST_GLUED) {
            return;
        }
        let mut at = 0;
        while let Some((1.., length, word)) = best[at] {
            let (start, end) = (letters.offset(run.start + at), letters.offset(run.start + at + length));
            let range = text.folded.original(start..end);
            for &meaning in self.meanings_of(&Sense::from_number(word)) {
                let meaning = &self.meanings[meaning as usize];
                let languages = meaning.languages & letters.languages;
                if meaning.is_number() && languages != 0 {
                    let source = Source::Word { languages, cue: meaning.cue };
                    hits.push(Hit::new(meaning.atoms, range.clone(), source, false, false));
                }
            }
            at += length;
        }
    }

    /// Finds the other words, in the text that `letters` holds.
    pub fn find_others(&self, text: &Text, letters: &Letters, hits: &mut Vec<Hit>) {
        self.find(text, letters, &self.others, INNER_OTHER, hits);
    }

    /// `inner` is the trait of characters that words inside others begin with.
    fn find(&self, text: &Text, letters: &Letters, part: &Part, inner: u8, hits: &mut Vec<Hit>) {
        let mut i = 0;
        while i < letters.all.len() {
            if letters.all[i].c == ' ' {
                i += 1;
                continue;
            }
            self.find_at(text, letters, i..i, part, |meaning| meaning.languages, hits);
            let end = letters.run_end(i);
            if end - i > 1 {
                if letters.all[i].traits & PREFIX != 0 {
                    self.prefixes.each(chars(&letters.all[i..end.min(i + LONGEST_AFFIX)]), |length, prefixed| {
                        let languages = |meaning: &Meaning| {
                            if meaning.open_start { 0 } else { self.affixed(meaning.languages, prefixed) }
                        };
                        if i + length < end {
                            self.find_at(text, letters, i..i + length, part, languages, hits);
                        }
                    });
                }
                for inside in (i + 1..end).filter(|&inside| letters.all[inside].traits & inner != 0) {
                    let languages = |meaning: &Meaning| if meaning.open_start { meaning.languages } else { 0 };
                    part.inner.each(chars(&letters.all[inside..]), |length, word| {
                        self.word(text, letters, inside..inside, length, word, languages, hits);
                    });
                }
            }
            i = end;
        }
    }

    /// Finds the words that begin at the end of `prefix`, which belongs to them. `left`
    /// gives the languages in which a word may begin there.
    fn find_at(
        &self,
        text: &Text,
        letters: &Letters,
        prefix: Range<usize>,
        part: &Part,
        left: impl Fn(&Meaning) -> u64,
        hits: &mut Vec<Hit>,
    ) {
        part.each(letters, prefix.end, |length, word| {
            self.word(text, letters, prefix.clone(), length, word, &left, hits);
        });
    }

    /// Takes the meanings of one word whose edges are kept.
    #[expect(clippy::too_many_arguments, reason = "a place in a text and what stands there")]
    fn word(
        &self,
        text: &Text,
        letters: &Letters,
        prefix: Range<usize>,
        length: usize,
        word: u32,
        left: impl Fn(&Meaning) -> u64,
        hits: &mut Vec<Hit>,
    ) {
        let at = prefix.end;
        let sense = Sense::from_number(word);
        // Where the run of letters goes on behind the word.
        let last = at + length - 1;
        let rest = &letters.all[last + 1..letters.run_end(last)];
        let (start, end) = (letters.offset(at), letters.offset(at + length));
        let short = end - start < SHORTEST_AFFIXED;
        if short && !prefix.is_empty() {
            return;
        }
        let mut suffixed = None;
        for &meaning in self.meanings_of(&sense) {
            let meaning = &self.meanings[meaning as usize];
            let mut languages = left(meaning) & letters.languages;
            if !(rest.is_empty() || meaning.open_end && rest.len() <= OPEN_LETTERS || is_hangul(rest[0].c)) {
                if short {
                    continue;
                }
                let suffixed = *suffixed.get_or_insert_with(|| self.suffixes.whole(chars(rest)));
                languages = self.affixed(languages, suffixed);
            }
            if languages == 0 {
                continue;
            }
            let range = text.folded.original(letters.offset(prefix.start)..letters.offset(last + 1 + rest.len()));
            let source = Source::Word { languages, cue: meaning.cue };
            hits.push(Hit::new(meaning.atoms, range, source, meaning.strong, meaning.ambiguous));
        }
    }

    /// Finds disguised words of some languages in the squashed text.
    pub fn find_squashed(&self, squashed: &Squashed, languages: u64, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(squashed.as_str(), languages, |_| APART);
        for at in 0..letters.all.len() {
            let start = letters.offset(at);
            if !squashed.may_begin(start) {
                continue;
            }
            self.squashed.each(chars(&letters.all[at..]), |length, word| {
                let (from, to) = self.squashed_words[word as usize];
                let range = start..letters.offset(at + length);
                for word in &self.disguisable[from as usize..to as usize] {
                    let meaning = &self.meanings[word.meaning as usize];
                    let languages = meaning.languages & languages;
                    if languages == 0 {
                        continue;
                    }
                    let Some((kind, range)) =
                        squashed.evidence(range.clone(), &word.spaces, meaning.open_end, word.long)
                    else {
                        continue;
                    };
                    let source = Source::Word { languages, cue: meaning.cue };
                    hits.push(Hit::new(meaning.atoms, range.clone(), source, meaning.strong, meaning.ambiguous));
                    hits.push(Hit::new(self.evasion, range, Source::Disguise(kind), false, false));
                }
            });
        }
    }

    /// The languages of a word of `languages` with an affix of `affixing`: names take
    /// those of every language, and then are of that language.
    fn affixed(&self, languages: u64, affixing: u64) -> u64 {
        if languages == self.anywhere { affixing } else { languages & affixing }
    }

    /// The indexes of a word's meanings.
    fn meanings_of<'s>(&'s self, sense: &'s Sense) -> &'s [u32] {
        if !sense.many {
            return std::slice::from_ref(&sense.index);
        }
        let index = sense.index as usize;
        &self.senses[index + 1..][..self.senses[index] as usize]
    }

    fn traits(&self, c: char) -> u8 {
        self.traits.get(c as usize).copied().unwrap_or_else(|| class(c))
    }
}

impl Part {
    /// Calls back with the length and number of each word that begins at a character.
    #[inline]
    fn each(&self, letters: &Letters, at: usize, mut found: impl FnMut(usize, u32)) {
        let mut hash = Hash::default();
        let (mut open, mut closed) = (true, true);
        let mut first = true;
        for (length, letter) in (1..=LONGEST_FOLDED).zip(&letters.all[at..]) {
            hash.add(letter.c);
            open = open && self.open.look(length, hash, &mut found);
            if closed && at + length == letter.to as usize && letter.c != ' ' {
                closed = self.closed.look(first, length, hash, &mut found);
                first = false;
            }
            if !open && !closed {
                return;
            }
        }
    }
}

impl Letters {
    /// Takes a text apart; characters of one class (other than `APART`) that stand
    /// side by side are one run.
    fn read(&mut self, text: &str, languages: u64, traits: impl Fn(char) -> u8) {
        self.languages = languages;
        self.end = number(text.len());
        self.all.clear();
        let letter = |(at, c)| Letter { c, at: number(at), to: 0, traits: traits(c) };
        if text.is_ascii() {
            self.all.extend(text.bytes().map(char::from).enumerate().map(letter));
        } else {
            self.all.extend(text.char_indices().map(letter));
        }
        let mut next = APART;
        let mut to = 0;
        for (at, letter) in self.all.iter_mut().enumerate().rev() {
            let class = letter.traits & CLASS;
            if class == APART || class != next {
                to = number(at + 1);
            }
            next = class;
            letter.to = to;
        }
    }

    /// The byte offset of a character, or of the end.
    fn offset(&self, index: usize) -> usize {
        self.all.get(index).map_or(self.end, |letter| letter.at) as usize
    }

    /// Where the run that holds a character ends.
    fn run_end(&self, index: usize) -> usize {
        self.all[index].to as usize
    }
}

fn chars(letters: &[Letter]) -> impl Iterator<Item = char> + '_ {
    letters.iter().map(|letter| letter.c)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Notes what the first character of a word can begin.
fn mark(traits: &mut [u8], word: &str, what: u8) {
    if let Some(traits) = word.chars().next().and_then(|c| traits.get_mut(c as usize)) {
        *traits |= what;
    }
}

/// The runs of a word, as they are in a text.
fn runs(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let first = class(rest.chars().next()?);
        let more = |c: char| first != APART && class(c) == first;
        let end = rest.char_indices().skip(1).find(|&(_, c)| !more(c)).map_or(rest.len(), |(at, _)| at);
        let (run, behind) = rest.split_at(end);
        rest = behind;
        Some(run)
    })
}

fn classes() -> Box<[u8]> {
    (0..0x1_0000_u32).map(|code| char::from_u32(code).map_or(APART, class)).collect()
}

/// Which characters a character forms words with: those of the same script, letters
/// with letters and digits with digits.
fn class(c: char) -> u8 {
    match c {
        '0'..='9' => 1,
        'a'..='z' | '\u{df}'..='\u{24f}' => 2,
        '\u{370}'..='\u{3ff}' => 3,
        '\u{400}'..='\u{52f}' => 4,
        '\u{590}'..='\u{5ff}' => 5,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => 6,
        '\u{900}'..='\u{dff}' => 7,
        _ if is_unspaced(c) => APART,
        _ if is_hangul(c) => 8,
        _ if c.is_alphabetic() => 9,
        _ => APART,
    }
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

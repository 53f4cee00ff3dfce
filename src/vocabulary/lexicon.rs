//! The words of the pack, looked up from every place where a word may begin, and
//! the word edges they keep.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::trie::{AffixList, Affixes, Trie};
use super::{AtomList, CueKind, Hit, Source};
use crate::text::{Squashed, Text, is_unspaced};

/// The most letters an open end may add.
const OPEN_LETTERS: usize = 12;
/// The shortest word, in bytes, that takes the affixes of its languages.
const SHORTEST_AFFIXED: usize = 3;
/// How far to look for the rest of a word, in letters.
const LONGEST_AFFIX: usize = 24;
/// The fewest number words that are read when written one onto the other, and the
/// fewest and most letters of such a run.
const FEWEST_GLUED: usize = 3;
const SHORTEST_GLUED: usize = 3;
const LONGEST_GLUED: usize = 64;
/// The class of characters that are words by themselves, or none.
const APART: u8 = 0;

/// All words, found by walking a trie from each place where one may begin.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Lexicon {
    /// The words that can open a finding, and the rest, which only add to one: most
    /// messages hold none of the former, and are not searched for the latter.
    openers: Tries,
    others: Tries,
    /// Number words, which are written one onto the other as well.
    numbers: Trie,
    patterns: Vec<Pattern>,
    /// The meanings of the words, one word after the other, as indexes of `meanings`.
    senses: Vec<u32>,
    /// All meanings, each once.
    meanings: Vec<Meaning>,
    squashed: Trie,
    /// For each squashed word, the range of its entry in `disguisable`.
    squashed_words: Vec<(u32, u32)>,
    disguisable: Vec<Disguised>,
    /// The bit of the names that belong to no language.
    anywhere: u64,
    prefixes: Affixes,
    suffixes: Affixes,
    /// For each character of the basic plane, which characters it forms words with.
    #[serde(skip, default = "classes")]
    classes: Box<[u8]>,
    /// The atom that marks a disguised word.
    evasion: AtomList,
}

/// The words of one part of the lexicon.
#[derive(Debug, Serialize, Deserialize)]
struct Tries {
    words: Trie,
    /// Those of them that may begin inside another.
    inner: Trie,
}

/// The characters of one text, taken apart once for all lookups in it.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    chars: Vec<char>,
    /// The byte offset of each character, and of the end.
    at: Vec<u32>,
    /// Where the run of letters that holds each character ends.
    to: Vec<u32>,
    /// The languages to read it in, as bits.
    languages: u64,
}

/// A folded word: where its meanings stand in `senses`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Pattern {
    start: u32,
    count: u16,
    /// No meaning lets the word go on.
    closed_right: bool,
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
        self.strong || self.is_number() || matches!(self.cue, Some(CueKind::Dot | CueKind::At | CueKind::Id))
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
        let mut patterns = Vec::with_capacity(words.len());
        let mut meanings = Meanings::default();
        let mut senses = Vec::new();
        let suffixing = suffixes.values().fold(0, |all, languages| all | languages);
        for (_, all) in words {
            patterns.push(Pattern {
                start: number(senses.len()),
                count: u16::try_from(all.len()).unwrap_or(u16::MAX),
                closed_right: all.iter().all(|m| !m.open_end && m.languages & (suffixing | anywhere) == 0),
            });
            senses.extend(all.iter().map(|meaning| meanings.number(meaning)));
        }
        let tries = |opens: bool| {
            let part = || words.iter().zip(0..).filter(|((_, all), _)| all.iter().any(Meaning::opens) == opens);
            let inner = part().filter(|((_, all), _)| all.iter().any(|meaning| meaning.open_start));
            Tries {
                words: Trie::new(part().map(|((word, _), at)| (word.as_str(), at))),
                inner: Trie::new(inner.map(|((word, _), at)| (word.as_str(), at))),
            }
        };
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
            numbers: Trie::new(
                words
                    .iter()
                    .zip(0..)
                    .filter(|((word, all), _)| all.iter().any(Meaning::is_number) && !word.contains(' '))
                    .map(|((word, _), at)| (word.as_str(), at)),
            ),
            openers: tries(true),
            others: tries(false),
            patterns,
            senses,
            meanings: meanings.all,
            squashed: Trie::new(squashed.iter().map(|(word, at)| (word.as_str(), *at))),
            squashed_words,
            disguisable,
            anywhere,
            prefixes: Affixes::new(prefixes),
            suffixes: Affixes::new(suffixes),
            classes: classes(),
            evasion,
        }
    }

    /// Finds the words of the folded text that can open a finding, or that say digits
    /// and address signs, each where its edges are kept; `letters` then holds the text.
    /// `languages` are those to read, as bits.
    pub fn find_openers(&self, text: &Text, languages: u64, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(text.folded.as_str(), languages, |c| self.class(c));
        self.find(text, letters, &self.openers, hits);
        self.find_glued(text, letters, hits);
    }

    /// Finds runs of letters that are nothing but number words: `noveoitosete`.
    fn find_glued(&self, text: &Text, letters: &Letters, hits: &mut Vec<Hit>) {
        let mut i = 0;
        while i < letters.chars.len() {
            let end = (letters.to[i] as usize).max(i + 1);
            if end - i >= SHORTEST_GLUED && end - i <= LONGEST_GLUED {
                self.split_numbers(text, letters, i..end, hits);
            }
            i = end;
        }
    }

    /// Splits a run of letters into as few number words as can be, if at all.
    fn split_numbers(&self, text: &Text, letters: &Letters, run: Range<usize>, hits: &mut Vec<Hit>) {
        let run_letters = &letters.chars[run.clone()];
        let mut begins = false;
        self.numbers.each(run_letters, |length, _| begins |= length < run_letters.len());
        if !begins {
            return;
        }
        // For each place, the fewest words from there to the end, and the first of them.
        let mut best: [Option<(usize, usize, u32)>; LONGEST_GLUED + 1] = [None; LONGEST_GLUED + 1];
        best[run_letters.len()] = Some((0, 0, 0));
        for at in (0..run_letters.len()).rev() {
            self.numbers.each(&run_letters[at..], |length, word| {
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
            let (start, end) = (letters.at[run.start + at], letters.at[run.start + at + length]);
            let range = text.folded.original(start as usize..end as usize);
            let pattern = self.patterns[word as usize];
            for meaning in self.meanings_of(pattern) {
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
        self.find(text, letters, &self.others, hits);
    }

    fn find(&self, text: &Text, letters: &Letters, tries: &Tries, hits: &mut Vec<Hit>) {
        let mut i = 0;
        while i < letters.chars.len() {
            if letters.chars[i] == ' ' {
                i += 1;
                continue;
            }
            self.find_at(text, letters, i..i, &tries.words, |meaning| meaning.languages, hits);
            let end = (letters.to[i] as usize).max(i + 1);
            if end - i > 1 {
                self.prefixes.each(&letters.chars[i..end.min(i + LONGEST_AFFIX)], |length, prefixed| {
                    let languages = |meaning: &Meaning| {
                        if meaning.open_start { 0 } else { self.affixed(meaning.languages, prefixed) }
                    };
                    if i + length < end {
                        self.find_at(text, letters, i..i + length, &tries.words, languages, hits);
                    }
                });
                if !tries.inner.is_empty() {
                    for inside in i + 1..end {
                        let languages = |meaning: &Meaning| if meaning.open_start { meaning.languages } else { 0 };
                        self.find_at(text, letters, inside..inside, &tries.inner, languages, hits);
                    }
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
        trie: &Trie,
        left: impl Fn(&Meaning) -> u64,
        hits: &mut Vec<Hit>,
    ) {
        let at = prefix.end;
        trie.each(&letters.chars[at..], |length, word| {
            let pattern = self.patterns[word as usize];
            let (start, end) = (letters.at[at], letters.at[at + length]);
            // Where the run of letters goes on behind the word.
            let last = at + length - 1;
            let behind = (letters.to[last] as usize).max(last + 1);
            let rest = &letters.chars[last + 1..behind];
            if pattern.closed_right && !rest.is_empty() && !is_hangul(rest[0]) {
                return;
            }
            let short = ((end - start) as usize) < SHORTEST_AFFIXED;
            if short && !prefix.is_empty() {
                return;
            }
            let mut suffixed = None;
            for meaning in self.meanings_of(pattern) {
                let mut languages = left(meaning) & letters.languages;
                if !(rest.is_empty() || meaning.open_end && rest.len() <= OPEN_LETTERS || is_hangul(rest[0])) {
                    if short {
                        continue;
                    }
                    let suffixed = *suffixed.get_or_insert_with(|| self.suffixes.whole(rest));
                    languages = self.affixed(languages, suffixed);
                }
                if languages == 0 {
                    continue;
                }
                let range =
                    text.folded.original(letters.at[prefix.start] as usize..letters.at[last + 1 + rest.len()] as usize);
                let source = Source::Word { languages, cue: meaning.cue };
                hits.push(Hit::new(meaning.atoms, range, source, meaning.strong, meaning.ambiguous));
            }
        });
    }

    /// Finds disguised words of some languages in the squashed text.
    pub fn find_squashed(&self, squashed: &Squashed, languages: u64, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(squashed.as_str(), languages, |_| APART);
        for at in 0..letters.chars.len() {
            let start = letters.at[at] as usize;
            if !squashed.may_begin(start) {
                continue;
            }
            self.squashed.each(&letters.chars[at..], |length, word| {
                let (from, to) = self.squashed_words[word as usize];
                let range = start..letters.at[at + length] as usize;
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

    fn meanings_of(&self, pattern: Pattern) -> impl Iterator<Item = &Meaning> {
        let start = pattern.start as usize;
        self.senses[start..start + usize::from(pattern.count)].iter().map(|&sense| &self.meanings[sense as usize])
    }

    fn class(&self, c: char) -> u8 {
        self.classes.get(c as usize).copied().unwrap_or_else(|| class(c))
    }
}

impl Letters {
    /// Takes a text apart; characters of one class (other than `APART`) that stand
    /// side by side are one run.
    fn read(&mut self, text: &str, languages: u64, class: impl Fn(char) -> u8) {
        self.languages = languages;
        self.chars.clear();
        self.at.clear();
        self.to.clear();
        let mut last = APART;
        let mut start = 0;
        for (at, c) in text.char_indices() {
            let index = self.chars.len();
            let class = class(c);
            if class == APART || class != last {
                self.close(start);
                start = index;
            }
            last = class;
            self.chars.push(c);
            self.at.push(number(at));
        }
        self.close(start);
        self.at.push(number(text.len()));
    }

    /// Ends the run that begins at `start`.
    fn close(&mut self, start: usize) {
        debug_assert!(self.to.len() == start || self.chars.is_empty());
        self.to.resize(self.chars.len(), number(self.chars.len()));
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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

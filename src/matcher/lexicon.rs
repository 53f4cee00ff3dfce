//! The words of the pack, looked up from every place where a word may begin, and
//! the word edges they keep.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use crawdad::MpTrie;

use super::{AtomList, Hit, Source};
use crate::entity::CueKind;
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
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// The words that can open a finding, and the rest, which only add to one: most
    /// messages hold none of the former, and are not searched for the latter.
    openers: Tries,
    others: Tries,
    /// Number words, which are written one onto the other as well.
    numbers: Trie,
    patterns: Vec<Pattern>,
    meanings: Vec<Meaning>,
    squashed: Trie,
    /// For each squashed word, the range of its entry in `disguisable`.
    squashed_words: Vec<(u32, u32)>,
    disguisable: Vec<Disguisable>,
    /// The bit of the names that belong to no language.
    anywhere: u64,
    prefixes: Affixes,
    suffixes: Affixes,
    /// For each character of the basic plane, which characters it forms words with.
    classes: Box<[u8]>,
    /// The atom that marks a disguised word.
    evasion: AtomList,
}

/// The words of one part of the lexicon.
#[derive(Debug)]
struct Tries {
    words: Trie,
    /// Those of them that may begin inside another.
    inner: Trie,
}

/// Words to their numbers.
#[derive(Default)]
struct Trie(Option<MpTrie>);

/// What may be written onto any word of a language, and the languages as bits.
#[derive(Debug, Default)]
struct Affixes {
    trie: Trie,
    languages: Vec<u64>,
}

/// The characters of one text, taken apart once for all lookups in it.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    chars: Vec<char>,
    /// The byte offset of each character, and of the end.
    at: Vec<u32>,
    /// Where the run of letters that holds each character ends.
    to: Vec<u32>,
}

/// A folded word: the range of its meanings.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    start: u32,
    end: u32,
    /// No meaning lets the word go on.
    closed_right: bool,
}

/// What a word means, in one language or several.
#[derive(Clone, Debug)]
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

/// Affixes with their languages as bits, as a pack gives them.
pub(crate) type AffixList = HashMap<String, u64>;

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
        let mut meanings = Vec::new();
        let suffixing = suffixes.values().fold(0, |all, languages| all | languages);
        for (_, all) in words {
            let start = number(meanings.len());
            meanings.extend(all.iter().cloned());
            patterns.push(Pattern {
                start,
                end: number(meanings.len()),
                closed_right: all.iter().all(|m| !m.open_end && m.languages & (suffixing | anywhere) == 0),
            });
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
            disguisable.push(word);
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
            meanings,
            squashed: Trie::new(squashed.iter().map(|(word, at)| (word.as_str(), *at))),
            squashed_words,
            disguisable,
            anywhere,
            prefixes: Affixes::new(prefixes),
            suffixes: Affixes::new(suffixes),
            classes: (0..0x1_0000_u32).map(|code| char::from_u32(code).map_or(APART, class)).collect(),
            evasion,
        }
    }

    /// Finds the words of the folded text that can open a finding, or that say digits
    /// and address signs, each where its edges are kept; `letters` then holds the text.
    pub fn find_openers(&self, text: &Text, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(text.folded.as_str(), |c| self.class(c));
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
            for meaning in &self.meanings[pattern.start as usize..pattern.end as usize] {
                if meaning.is_number() {
                    let source = Source::Word { languages: meaning.languages, cue: meaning.cue };
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
                if tries.inner.0.is_some() {
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
            for meaning in &self.meanings[pattern.start as usize..pattern.end as usize] {
                let mut languages = left(meaning);
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

    /// Finds disguised words in the squashed text.
    pub fn find_squashed(&self, squashed: &Squashed, letters: &mut Letters, hits: &mut Vec<Hit>) {
        letters.read(squashed.as_str(), |_| APART);
        for at in 0..letters.chars.len() {
            let start = letters.at[at] as usize;
            if !squashed.may_begin(start) {
                continue;
            }
            self.squashed.each(&letters.chars[at..], |length, word| {
                let (from, to) = self.squashed_words[word as usize];
                let range = start..letters.at[at + length] as usize;
                for word in &self.disguisable[from as usize..to as usize] {
                    let meaning = &word.meaning;
                    let Some((kind, range)) =
                        squashed.evidence(range.clone(), &word.spaces, meaning.open_end, word.long)
                    else {
                        continue;
                    };
                    let source = Source::Word { languages: meaning.languages, cue: meaning.cue };
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

    fn class(&self, c: char) -> u8 {
        self.classes.get(c as usize).copied().unwrap_or_else(|| class(c))
    }
}

impl Letters {
    /// Takes a text apart; characters of one class (other than `APART`) that stand
    /// side by side are one run.
    fn read(&mut self, text: &str, class: impl Fn(char) -> u8) {
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

impl Trie {
    fn new<'w>(words: impl Iterator<Item = (&'w str, u32)>) -> Self {
        let words: Vec<(&str, u32)> = words.filter(|(word, _)| !word.is_empty()).collect();
        if words.is_empty() {
            return Self(None);
        }
        // The loader bounds the length of words, the words are distinct, and folding
        // leaves no NUL in them.
        Self(Some(MpTrie::from_records(words).unwrap_or_else(|error| unreachable!("the words fit a trie: {error}"))))
    }

    /// Calls back with the length in characters and the number of each word that
    /// `text` begins with.
    #[inline]
    fn each(&self, text: &[char], mut found: impl FnMut(usize, u32)) {
        if let Some(trie) = &self.0 {
            for (word, length) in trie.common_prefix_search(text.iter().copied()) {
                found(length, word);
            }
        }
    }
}

impl fmt::Debug for Trie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trie({})", self.0.as_ref().map_or(0, MpTrie::num_elems))
    }
}

impl Affixes {
    fn new(list: &AffixList) -> Self {
        let mut sorted: Vec<(&str, u64)> = list.iter().map(|(affix, &languages)| (affix.as_str(), languages)).collect();
        sorted.sort_unstable();
        Self {
            trie: Trie::new(sorted.iter().zip(0..).map(|((affix, _), at)| (*affix, at))),
            languages: sorted.iter().map(|&(_, languages)| languages).collect(),
        }
    }

    /// Calls back with the length and languages of each affix that `text` begins with.
    fn each(&self, text: &[char], mut found: impl FnMut(usize, u64)) {
        self.trie.each(text, |length, affix| found(length, self.languages[affix as usize]));
    }

    /// The languages in which all of `text` is an affix.
    fn whole(&self, text: &[char]) -> u64 {
        let mut languages = 0;
        self.each(text, |length, all| {
            if length == text.len() {
                languages = all;
            }
        });
        languages
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
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

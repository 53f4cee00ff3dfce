//! The words of the pack in one automaton, and the word edges they keep.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::{AtomList, Hit, Source};
use crate::entity::CueKind;
use crate::text::{Squashed, Text, is_unspaced};

/// The most letters an open end may add.
const OPEN_LETTERS: usize = 12;
/// The shortest word, in bytes, that takes the affixes of its languages.
const SHORTEST_AFFIXED: usize = 3;
/// How far to look for the rest of a word.
const LONGEST_AFFIX: usize = 24;

/// All words, found in one pass over the folded text.
#[derive(Debug)]
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    patterns: Vec<Pattern>,
    meanings: Vec<Meaning>,
    squashed: AhoCorasick,
    disguisable: Vec<Disguisable>,
    /// What may be written onto a word, and in which languages.
    affixes: Affixes,
    /// The atom that marks a disguised word.
    evasion: AtomList,
}

/// A folded word: the range of its meanings, and which sides no meaning leaves open.
#[derive(Clone, Copy, Debug)]
struct Pattern {
    start: u32,
    end: u32,
    closed_left: bool,
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

/// A word that is looked for in disguise as well.
#[derive(Clone, Debug)]
pub(crate) struct Disguisable {
    pub meaning: Meaning,
    /// Where the word itself has spaces.
    pub spaces: Vec<u8>,
    /// Long enough that a mere space inside is disguise.
    pub long: bool,
}

/// What may be written onto any word of a language: affixes to languages as bits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Affixes {
    pub prefixes: HashMap<String, u64>,
    pub suffixes: HashMap<String, u64>,
}

impl Lexicon {
    pub fn new(
        words: &[(String, Vec<Meaning>)],
        disguised: Vec<(String, Disguisable)>,
        affixes: Affixes,
        evasion: AtomList,
    ) -> Self {
        let mut patterns = Vec::with_capacity(words.len());
        let mut meanings = Vec::new();
        let prefixing = affixes.prefixes.values().fold(0, |all, languages| all | languages);
        let suffixing = affixes.suffixes.values().fold(0, |all, languages| all | languages);
        for (_, all) in words {
            let start = u32::try_from(meanings.len()).unwrap_or(u32::MAX);
            meanings.extend(all.iter().cloned());
            patterns.push(Pattern {
                start,
                end: u32::try_from(meanings.len()).unwrap_or(u32::MAX),
                closed_left: all.iter().all(|m| !m.open_start && m.languages & prefixing == 0),
                closed_right: all.iter().all(|m| !m.open_end && m.languages & suffixing == 0),
            });
        }
        let (texts, disguisable): (Vec<String>, Vec<Disguisable>) = disguised.into_iter().unzip();
        Self {
            automaton: build(words.iter().map(|(word, _)| word.as_str())),
            patterns,
            meanings,
            squashed: build(texts.iter().map(String::as_str)),
            disguisable,
            affixes,
            evasion,
        }
    }

    /// Finds all words of the folded text, each where its edges are kept.
    pub fn find(&self, text: &Text, hits: &mut Vec<Hit>) {
        let folded = text.folded.as_str();
        let bytes = folded.as_bytes();
        for found in self.automaton.find_overlapping_iter(folded) {
            let pattern = self.patterns[found.pattern().as_usize()];
            // Most matches are parts of longer words: the neighbouring bytes tell.
            let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
            let inside_left = found.start() > 0 && letter(found.start() - 1) && letter(found.start());
            let inside_right = letter(found.end()) && letter(found.end() - 1);
            if pattern.closed_left && inside_left || pattern.closed_right && inside_right {
                continue;
            }
            let left = Side::left(folded, found.start());
            let right = Side::right(folded, found.end());
            for meaning in &self.meanings[pattern.start as usize..pattern.end as usize] {
                let short = found.len() < SHORTEST_AFFIXED;
                if let Some((from, to, languages)) = self.edges(meaning, &left, &right, short) {
                    let range = text.folded.original(found.start() - from..found.end() + to);
                    let source = Source::Word { languages, cue: meaning.cue };
                    hits.push(Hit::new(meaning.atoms, range, source, meaning.strong, meaning.ambiguous));
                }
            }
        }
    }

    /// Finds disguised words in the squashed text.
    pub fn find_squashed(&self, squashed: &Squashed, hits: &mut Vec<Hit>) {
        for found in self.squashed.find_overlapping_iter(squashed.as_str()) {
            let word = &self.disguisable[found.pattern().as_usize()];
            let meaning = &word.meaning;
            let Some((kind, range)) = squashed.evidence(found.range(), &word.spaces, meaning.open_end, word.long)
            else {
                continue;
            };
            let source = Source::Word { languages: meaning.languages, cue: meaning.cue };
            hits.push(Hit::new(meaning.atoms, range.clone(), source, meaning.strong, meaning.ambiguous));
            hits.push(Hit::new(self.evasion, range, Source::Disguise(kind), false, false));
        }
    }

    /// How many bytes of the text beyond the word belong to it on each side, and in
    /// which languages; none when the word is only part of another.
    fn edges(&self, meaning: &Meaning, left: &Side<'_>, right: &Side<'_>, short: bool) -> Option<(usize, usize, u64)> {
        let affixed = |affixes: &HashMap<String, u64>, rest: &str| {
            let languages = if short { 0 } else { affixes.get(rest).copied().unwrap_or(0) & meaning.languages };
            (languages != 0).then_some((rest.len(), languages))
        };
        let (from, in_left) = match left {
            Side::Edge => (0, meaning.languages),
            Side::Inside(_) if meaning.open_start => (0, meaning.languages),
            Side::Inside(rest) => affixed(&self.affixes.prefixes, rest)?,
        };
        let (to, in_right) = match right {
            Side::Edge => (0, meaning.languages),
            Side::Inside(rest) if meaning.open_end && rest.chars().count() <= OPEN_LETTERS => {
                (rest.len(), meaning.languages)
            }
            Side::Inside(rest) if rest.chars().next().is_some_and(is_hangul) => (rest.len(), meaning.languages),
            Side::Inside(rest) => affixed(&self.affixes.suffixes, rest)?,
        };
        let languages = in_left & in_right;
        (languages != 0).then_some((from, to, languages))
    }
}

fn build<'w>(words: impl Iterator<Item = &'w str>) -> AhoCorasick {
    AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(words)
        .unwrap_or_else(|error| unreachable!("the words of a pack fit an automaton: {error}"))
}

/// What stands on one side of a match.
enum Side<'t> {
    /// The word ends here.
    Edge,
    /// The rest of the word that goes on.
    Inside(&'t str),
}

impl<'t> Side<'t> {
    fn left(folded: &'t str, at: usize) -> Self {
        let (Some(before), Some(first)) = (folded[..at].chars().next_back(), folded[at..].chars().next()) else {
            return Self::Edge;
        };
        if !continues(before, first) {
            return Self::Edge;
        }
        let start = folded[..at]
            .char_indices()
            .rev()
            .take(LONGEST_AFFIX)
            .take_while(|&(_, c)| continues(c, first))
            .last()
            .map_or(at, |(i, _)| i);
        Self::Inside(&folded[start..at])
    }

    fn right(folded: &'t str, at: usize) -> Self {
        let (Some(last), Some(after)) = (folded[..at].chars().next_back(), folded[at..].chars().next()) else {
            return Self::Edge;
        };
        if !continues(last, after) {
            return Self::Edge;
        }
        let mut rest = folded[at..].char_indices();
        let end = rest
            .by_ref()
            .take(LONGEST_AFFIX)
            .find(|&(_, c)| !continues(last, c))
            .map_or_else(|| rest.offset(), |(i, _)| i)
            + at;
        Self::Inside(&folded[at..end])
    }
}

/// Whether two characters stand in one word: same script, and both letters or
/// both digits.
fn continues(a: char, b: char) -> bool {
    let class = |c: char| match c {
        '0'..='9' => 1_u8,
        'a'..='z' | '\u{df}'..='\u{24f}' => 2,
        '\u{370}'..='\u{3ff}' => 3,
        '\u{400}'..='\u{52f}' => 4,
        '\u{590}'..='\u{5ff}' => 5,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => 6,
        '\u{900}'..='\u{dff}' => 7,
        _ if is_unspaced(c) => 0,
        _ if is_hangul(c) => 8,
        _ if c.is_alphabetic() => 9,
        _ => 0,
    };
    let class_a = class(a);
    class_a != 0 && class_a == class(b)
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

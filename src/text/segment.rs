//! Words, clauses and sentences: how far things stand apart, and what a
//! refusal governs.

use std::ops::Range;

use super::View;

/// Characters of an unspaced script that count as one word.
const HAN_PER_WORD: u32 = 2;
const THAI_PER_WORD: u32 = 4;

/// Where words, clauses and sentences begin in the original.
#[derive(Clone, Debug, Default)]
pub(crate) struct Segments {
    words: Vec<u32>,
    clauses: Vec<u32>,
    /// The sentence of each clause.
    sentences: Vec<u16>,
}

impl Segments {
    /// Reads words from the folded view and clauses from the original, with
    /// further clause beginnings at `breaks` (ascending original offsets).
    pub fn fill(&mut self, original: &str, folded: &View, breaks: &[u32]) {
        self.words.clear();
        self.fill_words(folded);
        self.clauses.clear();
        self.sentences.clear();
        self.clauses.push(0);
        self.sentences.push(0);
        let mut breaks = breaks.iter().copied().peekable();
        let mut sentence = 0_u16;
        let mut chars = original.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map_or(' ', |&(_, next)| next);
            let end = match mark(c, before, next) {
                Mark::None => {
                    while breaks.peek().is_some_and(|&b| b as usize <= at) {
                        if let Some(b) = breaks.next()
                            && b as usize == at
                        {
                            self.open_clause(at, sentence);
                        }
                    }
                    before = c;
                    continue;
                }
                Mark::Clause => false,
                Mark::Sentence => true,
            };
            if end {
                sentence = sentence.saturating_add(1);
            }
            self.open_clause(at + c.len_utf8(), sentence);
            before = c;
        }
    }

    fn open_clause(&mut self, at: usize, sentence: u16) {
        let Ok(at) = u32::try_from(at) else { return };
        if self.clauses.last() == Some(&at) {
            if let Some(last) = self.sentences.last_mut() {
                *last = sentence;
            }
        } else {
            self.clauses.push(at);
            self.sentences.push(sentence);
        }
    }

    fn fill_words(&mut self, folded: &View) {
        let mut last = Class::Gap;
        let mut count = 0;
        for (at, c) in folded.text.char_indices() {
            let class = class(c);
            let per_word = match class {
                Class::Han => HAN_PER_WORD,
                Class::Thai => THAI_PER_WORD,
                _ => u32::MAX,
            };
            if class == last {
                count += 1;
            } else {
                count = 0;
            }
            if class != Class::Gap && (class != last || count % per_word == 0 && count > 0) {
                self.words.push(folded.start(at));
            }
            last = class;
        }
    }

    /// The number of clauses.
    pub fn clause_count(&self) -> usize {
        self.clauses.len()
    }

    /// How many words begin at or before this original offset.
    pub fn word(&self, at: usize) -> usize {
        self.words.partition_point(|&start| start as usize <= at)
    }

    /// How many words the text has.
    pub fn word_count(&self) -> usize {
        self.words.len()
    }

    /// The index of the clause that holds this original offset.
    pub fn clause(&self, at: usize) -> usize {
        self.clauses.partition_point(|&start| start as usize <= at).saturating_sub(1)
    }

    /// The index of the sentence that holds this original offset.
    pub fn sentence(&self, at: usize) -> usize {
        usize::from(self.sentences[self.clause(at)])
    }

    /// The clauses of one sentence.
    pub fn clauses_of(&self, sentence: usize) -> Range<usize> {
        let first = self.sentences.partition_point(|&s| usize::from(s) < sentence);
        let last = self.sentences.partition_point(|&s| usize::from(s) <= sentence);
        first..last
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Gap,
    Word,
    Latin,
    Digit,
    Han,
    Thai,
}

fn class(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        'a'..='z' => Class::Latin,
        ' ' => Class::Gap,
        '\u{e00}'..='\u{eff}' => Class::Thai,
        _ if is_unspaced(c) => Class::Han,
        '\'' => Class::Latin,
        _ if c.is_alphanumeric() => Class::Word,
        _ => Class::Gap,
    }
}

/// Whether words of this character's script stand without spaces between them.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{312f}'
        | '\u{31a0}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
}

enum Mark {
    None,
    Clause,
    Sentence,
}

fn mark(c: char, before: char, next: char) -> Mark {
    match c {
        '!' | '?' | ';' | '\n' | '。' | '！' | '？' | '；' | '…' | '।' | '؟' | '؛' | '۔' | '\u{37e}' => {
            Mark::Sentence
        }
        '.' if next.is_whitespace() && !before.is_whitespace() => Mark::Sentence,
        '.' if before.is_alphabetic() && next.is_uppercase() && before.is_lowercase() => Mark::Sentence,
        ',' | '，' | '、' | '،' if !(before.is_ascii_digit() && next.is_ascii_digit()) => Mark::Clause,
        '(' | ')' | '（' | '）' | '"' | '“' | '”' | '«' | '»' | '„' | '「' | '」' | '—' => Mark::Clause,
        '-' | '–' | '|' | '/' if before.is_whitespace() && next.is_whitespace() => Mark::Clause,
        _ => Mark::None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FoldTables, Folder, Text};
    use super::Segments;

    fn segments(original: &str) -> Segments {
        let mut text = Text::default();
        Folder::new(&FoldTables::default(), Vec::new()).fold(original, &mut text);
        let mut segments = Segments::default();
        segments.fill(original, &text.folded, &[]);
        segments
    }

    #[test]
    fn clauses_and_sentences() {
        for (text, clauses, sentences) in [
            ("one", 1, 1),
            ("one, two", 2, 1),
            ("one. Two", 2, 2),
            ("1,234.50 USD", 1, 1),
            ("site.com", 1, 1),
            ("不用，谢谢。好的", 3, 2),
            ("a\nb", 2, 2),
            ("pay here - not there", 2, 1),
        ] {
            let segments = segments(text);
            assert_eq!(segments.clause_count(), clauses, "{text}");
            assert_eq!(segments.sentence(text.len() - 1) + 1, sentences, "{text}");
        }
    }

    #[test]
    fn unspaced_scripts_count_by_characters() {
        assert_eq!(segments("add me on it").word_count(), 4);
        assert_eq!(segments("加我微信聊").word_count(), 3);
        assert_eq!(segments("加wx聊").word_count(), 3);
    }
}

//! A message's text: the original, its folded form, and the map between them.
//!
//! Evasion is undone here and nowhere else. Three readings come out of one pass
//! over the original, each with a map back to it:
//!
//! * *plain*: compatibility forms unified, invisible characters gone, the digits
//!   of every script as ASCII. Entities read this one, so case, accents and
//!   punctuation are kept.
//! * *folded*: case, accents, look-alikes and letter variants undone as well, and
//!   every run of punctuation one space. Words of concepts read this one.
//! * *squashed*: separators gone, leet and repeated letters undone. Made only
//!   when the message shows signs of disguise, and believed only where a match
//!   covers such a sign.

mod fold;
mod segment;
mod span;
mod squash;

use std::ops::Range;

use serde::Serialize;

pub(crate) use fold::{FoldTables, Folder};
pub(crate) use segment::{Segments, is_unspaced};
pub use span::Span;
pub(crate) use span::floor_boundary;
pub(crate) use squash::{Squashed, squash_word};

/// A way of disguising text that was undone while reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EvasionKind {
    /// Letters of another script that look alike, inside one word.
    Homoglyph,
    /// Digits and signs standing for letters, or letters for digits.
    Leet,
    /// Separators or spaces between the letters of a word, or repeated letters.
    Spacing,
    /// Invisible characters inside a word or number.
    ZeroWidth,
    /// Full-width forms.
    Fullwidth,
    /// Keycaps and other emoji standing for characters.
    Emoji,
    /// Digits written as words.
    SpelledDigits,
    /// Styled letters, stacked marks, signs standing for "at" and "dot".
    Symbols,
    /// Text written backwards.
    Reversed,
}

/// Something undone, and where in the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Undone {
    pub kind: EvasionKind,
    pub range: Range<usize>,
}

/// One reading of the text, with the original byte range of each of its bytes.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    text: String,
    map: Map,
    from: Vec<u32>,
    to: Vec<u32>,
}

/// How a view stands to the original.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Map {
    /// By `from` and `to`.
    #[default]
    Ranges,
    /// Each byte comes from one byte, by `from`.
    Narrow,
    /// The view is the original.
    Same,
}

impl View {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the original of one byte of this view begins.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn start(&self, at: usize) -> u32 {
        if self.map == Map::Same { at as u32 } else { self.from[at] }
    }

    /// Where the original of one byte of this view ends.
    fn end(&self, at: usize) -> u32 {
        if self.map == Map::Ranges { self.to[at] } else { self.start(at) + 1 }
    }

    /// The original byte range of a byte range of this view.
    pub fn original(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() || range.end > self.text.len() {
            let at = if range.start < self.text.len() { self.start(range.start) as usize } else { 0 };
            return at..at;
        }
        self.start(range.start) as usize..self.end(range.end - 1) as usize
    }

    /// The first byte of this view that comes from `original` or later.
    pub fn locate(&self, original: usize) -> usize {
        if self.map == Map::Same {
            return original.min(self.text.len());
        }
        self.from.partition_point(|&from| (from as usize) < original)
    }

    /// The byte range of this view that an original range covers.
    pub fn within(&self, original: &Range<usize>) -> Range<usize> {
        self.locate(original.start)..self.locate(original.end)
    }

    fn clear(&mut self) {
        self.text.clear();
        self.map = Map::Ranges;
        self.from.clear();
        self.to.clear();
    }

    /// Fills an empty view with an original that reads as it stands.
    fn copy(&mut self, original: &str) {
        self.text.push_str(original);
        self.map = Map::Same;
    }

    /// Makes an empty view one of ASCII from ASCII.
    fn begin_narrow(&mut self) {
        self.map = Map::Narrow;
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn push_narrow(&mut self, byte: u8, from: usize) {
        debug_assert!(byte.is_ascii() && self.map == Map::Narrow);
        self.text.push(char::from(byte));
        self.from.push(from as u32);
    }

    /// Adds ASCII letters in their small form.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn extend_narrow(&mut self, letters: &str, from: usize) {
        let start = self.text.len();
        self.text.push_str(letters);
        self.text[start..].make_ascii_lowercase();
        self.from.extend(from as u32..(from + letters.len()) as u32);
    }

    fn push(&mut self, c: char, from: u32, to: u32) {
        debug_assert!(self.map == Map::Ranges);
        self.text.push(c);
        for _ in 0..c.len_utf8() {
            self.from.push(from);
            self.to.push(to);
        }
    }

    /// Lets the original of everything from `at` on end at `to`.
    fn stretch(&mut self, at: usize, to: u32) {
        self.to[at..].fill(to);
    }

    fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.from.truncate(len);
        self.to.truncate(len);
    }
}

/// The readings of one text. A buffer that is filled again for each message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub plain: View,
    pub folded: View,
    pub undone: Vec<Undone>,
    /// Whether letters are mixed with digits, signs or separators so that the
    /// squashed reading may say more than the folded one.
    pub disguised: bool,
    /// How many ASCII digits the plain reading holds.
    pub digits: usize,
    /// The most ASCII digits of it that have no letter between them.
    pub most_digits: usize,
    /// Whether a dot stands as in a domain, and whether an at sign stands anywhere.
    pub dotted: bool,
    pub at_sign: bool,
}

impl Text {
    fn clear(&mut self) {
        self.plain.clear();
        self.folded.clear();
        self.undone.clear();
        self.disguised = false;
        self.digits = 0;
        self.most_digits = 0;
        self.dotted = false;
        self.at_sign = false;
    }

    fn undo(&mut self, kind: EvasionKind, from: u32, to: u32) {
        let (from, to) = (from as usize, to as usize);
        match self.undone.last_mut() {
            Some(last) if last.kind == kind && last.range.end == from => last.range.end = to,
            _ => self.undone.push(Undone { kind, range: from..to }),
        }
    }
}

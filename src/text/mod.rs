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
mod signs;
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
    /// Where the original of each byte begins and ends; empty where the view is the
    /// original.
    map: Vec<(u32, u32)>,
    same: bool,
}

impl View {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the original of one byte of this view begins and ends.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn source(&self, at: usize) -> (u32, u32) {
        if self.same { (at as u32, at as u32 + 1) } else { self.map[at] }
    }

    /// Where the original of one byte of this view begins.
    fn start(&self, at: usize) -> u32 {
        self.source(at).0
    }

    /// Where the original of one byte of this view ends.
    fn end(&self, at: usize) -> u32 {
        self.source(at).1
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
        if self.same {
            return original.min(self.text.len());
        }
        self.map.partition_point(|&(from, _)| (from as usize) < original)
    }

    /// The byte range of this view that an original range covers.
    pub fn within(&self, original: &Range<usize>) -> Range<usize> {
        self.locate(original.start)..self.locate(original.end)
    }

    fn clear(&mut self) {
        self.text.clear();
        self.map.clear();
        self.same = false;
    }

    /// Fills an empty view with an original that reads as it stands.
    fn copy(&mut self, original: &str) {
        self.text.push_str(original);
        self.same = true;
    }

    fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
        self.map.reserve(bytes);
    }

    /// Adds a character that the original writes from `from` to `to`.
    pub fn push(&mut self, c: char, from: u32, to: u32) {
        debug_assert!(!self.same);
        self.text.push(c);
        self.map.extend(std::iter::repeat_n((from, to), c.len_utf8()));
    }

    /// Adds ASCII letters in their small form.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn extend_lower(&mut self, letters: &str, from: usize) {
        let start = self.text.len();
        self.text.push_str(letters);
        self.text[start..].make_ascii_lowercase();
        self.map.extend((from as u32..(from + letters.len()) as u32).map(|at| (at, at + 1)));
    }

    /// Lets the original of everything from `at` on end at `to`.
    fn stretch(&mut self, at: usize, to: u32) {
        for (_, end) in &mut self.map[at..] {
            *end = to;
        }
    }

    fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.map.truncate(len);
    }
}

/// The readings of one text. A buffer that is filled again for each message.
#[expect(clippy::struct_excessive_bools, reason = "each is its own fact of the text")]
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
    /// Whether characters, or signs of addresses, stand alone between spaces.
    pub spaced: bool,
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
        self.spaced = false;
    }

    fn undo(&mut self, kind: EvasionKind, from: u32, to: u32) {
        let (from, to) = (from as usize, to as usize);
        match self.undone.last_mut() {
            Some(last) if last.kind == kind && last.range.end == from => last.range.end = to,
            _ => self.undone.push(Undone { kind, range: from..to }),
        }
    }
}

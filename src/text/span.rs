use std::ops::Range;

use serde::Serialize;

/// A byte range in the caller's original text, always on character boundaries.
///
/// The text it covers is kept beside the offsets, so that an assessment can be
/// read, stored and sent on without the message it came from.
///
/// ```
/// let detector = queja::Detector::new();
/// let text = "Привет! add me on WhatsApp";
/// let assessment = detector.assess(text);
/// let span = &assessment.signals[0].findings[0].spans[0];
/// assert_eq!(&text[span.range()], span.text);
/// assert!(span.chars_in(text).start < span.start);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// The original text between the two.
    pub text: String,
}

impl Span {
    pub(crate) fn new(original: &str, range: Range<usize>) -> Self {
        let start = floor_boundary(original, range.start);
        let end = ceil_boundary(original, range.end.max(range.start));
        Self { start, end, text: original[start..end].to_owned() }
    }

    /// The byte range, for slicing the original text.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The same range counted in characters (Unicode scalar values) of `original`,
    /// which must be the text that was assessed.
    #[must_use]
    pub fn chars_in(&self, original: &str) -> Range<usize> {
        let before = prefix(original, self.start).chars().count();
        before..before + self.text.chars().count()
    }

    /// The same range counted in UTF-16 code units of `original`, for JavaScript,
    /// Java and C# callers.
    #[must_use]
    pub fn utf16_in(&self, original: &str) -> Range<usize> {
        let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
        let before = units(prefix(original, self.start));
        before..before + units(&self.text)
    }
}

fn prefix(original: &str, end: usize) -> &str {
    &original[..floor_boundary(original, end)]
}

pub(crate) fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

//! The squashed reading: separators gone, leet and repeated letters undone.
//!
//! Squashing maps many texts to one, so it is read only where the message shows
//! disguise, and a match is believed only where it covers a sign of it.

use std::ops::Range;

use super::{EvasionKind, Folder, Text, View, is_unspaced};

/// Stands where a match must not reach across.
const BARRIER: char = '\u{1}';

/// The squashed reading of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Squashed {
    /// The characters of the plain reading, with their offsets; a buffer.
    chars: Vec<(usize, char)>,
    view: View,
    marks: Vec<Mark>,
}

/// What is known of one byte of the squashed text.
#[expect(clippy::struct_excessive_bools, reason = "each is its own fact of the letter")]
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// A word of the original begins here.
    edge: bool,
    /// What stood between this character and the one before.
    gap: Gap,
    /// A digit or sign read as a letter.
    leet: bool,
    /// The letter was repeated three times or more.
    repeated: bool,
    /// The letter stood alone between separators.
    single: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Gap {
    #[default]
    None,
    Space,
    Signs,
}

impl Squashed {
    pub fn as_str(&self) -> &str {
        self.view.as_str()
    }

    /// Squashes the plain reading of `text`.
    pub fn fill(&mut self, folder: &Folder, text: &Text) {
        self.view.clear();
        self.marks.clear();
        let plain = text.plain.as_str();
        let mut chars = std::mem::take(&mut self.chars);
        chars.clear();
        chars.extend(plain.char_indices());
        let mut gap = Gap::Space;
        let mut barrier = true;
        let mut last = '\0';
        let mut run = 0;
        for (i, &(at, c)) in chars.iter().enumerate() {
            let near =
                |offset: isize| i.checked_add_signed(offset).and_then(|j| chars.get(j)).map_or(' ', |&(_, near)| near);
            let (from, to) = (text.plain.start(at), text.plain.end(at));
            if folder.is_letter(c) || is_unspaced(c) {
                let single = !folder.is_alnum(near(-1)) && !folder.is_alnum(near(1));
                let forms = text.folded.within(&(from as usize..to as usize));
                let folded = text.folded.as_str().get(forms).unwrap_or("").trim();
                // A capital I after a small letter imitates an l: `PaypaI`.
                let imitates = c == 'I' && near(-1).is_lowercase();
                let mut wrote = false;
                for f in folded.chars().filter(|f| folder.is_alnum(*f) || is_unspaced(*f)) {
                    let f = merge(f);
                    if f == last && gap == Gap::None && !is_unspaced(f) {
                        run += 1;
                        if run >= 2
                            && let Some(mark) = self.marks.last_mut()
                        {
                            mark.repeated = true;
                        }
                        continue;
                    }
                    if f == last && !is_unspaced(f) {
                        // The same letter across a gap: squashed as if it stood once.
                        gap = Gap::None;
                        continue;
                    }
                    let mark = Mark {
                        edge: !wrote && gap != Gap::None,
                        gap: if wrote { Gap::None } else { gap },
                        single,
                        leet: imitates,
                        ..Mark::default()
                    };
                    self.push(f, from, to, mark, &mut barrier);
                    (last, run, wrote) = (f, 0, true);
                    gap = Gap::None;
                }
            } else if let Some(letter) = folder
                .leet(c, if near(-1).is_alphabetic() { near(-1) } else { near(1) })
                .filter(|_| reads_as_letter(c, near(-1), near(1), near(-2), near(2)))
            {
                let letter = merge(letter);
                if letter == last && gap == Gap::None {
                    if let Some(mark) = self.marks.last_mut() {
                        mark.leet = true;
                    }
                    continue;
                }
                let mark = Mark { edge: gap != Gap::None, gap, leet: true, ..Mark::default() };
                self.push(letter, from, to, mark, &mut barrier);
                (last, run, gap) = (letter, 0, Gap::None);
            } else if c.is_ascii_digit()
                || ends_clause(c, near(1)) && !self.marks.last().is_some_and(|mark| mark.single)
            {
                barrier = true;
                last = '\0';
                gap = Gap::Signs;
            } else if c.is_whitespace() {
                if gap == Gap::None {
                    gap = Gap::Space;
                }
            } else {
                gap = Gap::Signs;
            }
        }
        self.chars = chars;
    }

    fn push(&mut self, c: char, from: u32, to: u32, mark: Mark, barrier: &mut bool) {
        if std::mem::take(barrier) {
            self.view.push(BARRIER, from, from);
            self.marks.push(Mark { edge: true, ..Mark::default() });
        }
        self.view.push(c, from, to);
        let edge = mark.edge
            || self
                .marks
                .last()
                .is_some_and(|_| self.view.text[..self.view.text.len() - c.len_utf8()].ends_with(BARRIER));
        self.marks.resize(self.view.text.len(), Mark { edge, ..mark });
        // Only the first byte of a character carries the gap.
        let first = self.view.text.len() - c.len_utf8();
        for mark in &mut self.marks[first + 1..] {
            *mark = Mark { leet: mark.leet, single: mark.single, ..Mark::default() };
        }
    }

    /// Whether a word may begin at this byte.
    pub fn may_begin(&self, at: usize) -> bool {
        let single = |at: usize| self.marks.get(at).is_some_and(|mark| mark.single);
        self.marks.get(at).is_some_and(|mark| mark.edge)
            || single(at) && at > 0 && single(at - 1)
            || self.view.text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_unspaced)
    }

    /// Whether the match of a word at `range`, where one may begin, is believable, and then the kind
    /// of disguise and its original range. `spaces` are the offsets inside the
    /// squashed word where the word itself has spaces; `open_end` says that the
    /// word may go on; `long` that a mere space inside counts as disguise.
    pub fn evidence(
        &self,
        range: Range<usize>,
        spaces: &[u8],
        open_end: bool,
        long: bool,
    ) -> Option<(EvasionKind, Range<usize>)> {
        let unspaced = self.view.text[range.clone()].chars().next().is_some_and(is_unspaced);
        let single = |at: usize| self.marks.get(at).is_some_and(|mark| mark.single);
        let ended = range.end == self.marks.len()
            || self.marks[range.end].edge
            || self.view.text[range.end..].starts_with(BARRIER);
        if !(ended || unspaced || open_end || single(range.end - 1) && single(range.end)) {
            return None;
        }
        let mut kind = None;
        for (offset, mark) in self.marks[range.clone()].iter().enumerate() {
            let own_space = u8::try_from(offset).is_ok_and(|offset| spaces.contains(&offset));
            if mark.leet {
                kind = Some(EvasionKind::Leet);
                break;
            }
            let split = offset > 0
                && match mark.gap {
                    Gap::None => false,
                    Gap::Signs => !own_space,
                    Gap::Space => !own_space && (unspaced || long || mark.single && single(range.start + offset - 1)),
                };
            if split || mark.repeated {
                kind = Some(EvasionKind::Spacing);
            }
        }
        kind.map(|kind| (kind, self.view.original(range)))
    }
}

/// Squashes a folded word of the pack, and tells where its spaces were.
pub(crate) fn squash_word(folded: &str) -> (String, Vec<u8>) {
    let mut squashed = String::new();
    let mut spaces = Vec::new();
    let mut last = '\0';
    for c in folded.chars() {
        if !(c.is_alphanumeric() || is_unspaced(c)) {
            if let Ok(at) = u8::try_from(squashed.len()) {
                spaces.push(at);
            }
            continue;
        }
        let c = merge(c);
        if c == last && !is_unspaced(c) {
            continue;
        }
        squashed.push(c);
        last = c;
    }
    (squashed, spaces)
}

/// Letters that leet can't tell apart are one.
fn merge(c: char) -> char {
    match c {
        'l' => 'i',
        _ => c,
    }
}

fn reads_as_letter(c: char, before: char, after: char, before2: char, after2: char) -> bool {
    let letter = |c: char| c.is_alphabetic();
    let symbol = !c.is_ascii_digit();
    if symbol {
        // A sign is a letter only inside a word: `p@yp4l`, not `hi!` or `@name`.
        return (letter(before) || before.is_ascii_digit()) && (letter(after) || after.is_ascii_digit())
            || letter(after) && letter(after2) && c == '$';
    }
    letter(before)
        || letter(after)
        || (is_mark(before) && letter(before2))
        || (is_mark(after) && letter(after2))
        || before.is_ascii_digit() && letter(before2)
        || after.is_ascii_digit() && letter(after2)
}

fn is_mark(c: char) -> bool {
    matches!(c, '@' | '$' | '!' | '|')
}

fn ends_clause(c: char, next: char) -> bool {
    matches!(c, '。' | '，' | '！' | '？' | '；' | '\u{1}')
        || matches!(c, ',' | '.' | '!' | '?' | ';' | ':') && next.is_whitespace()
}

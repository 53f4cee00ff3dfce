//! Hits for what is no word: question marks, and figures that may be prices.

use std::ops::Range;

use super::{Matcher, Scratch, place};
use crate::entity::is_taken;
use crate::text::View;
use crate::vocabulary::{AtomList, CueKind, Hit, Source};

/// The most signs of one kind in one text: what bounds the work on hostile text.
const MOST: usize = 64;
/// The most digits of a price.
const LONGEST_PRICE: usize = 7;
/// How far a label stands before its number at most, in bytes.
const LABEL_REACH: usize = 8;
/// How far the words of one spoken number stand apart at most, in bytes: "forty-five",
/// "cuarenta y cinco".
const SPOKEN_GAP: usize = 3;

impl Matcher {
    /// Adds hits for the question marks and prices of the message.
    pub(super) fn mark_signs(&self, original: &str, scratch: &mut Scratch) {
        let taken = |range: &Range<usize>| is_taken(&scratch.findings.found, range);
        let mut before = ' ';
        let mut marks = Vec::new();
        for (at, c) in original.char_indices() {
            let mark = is_question(c) && !is_question(before);
            before = c;
            let range = at..at + c.len_utf8();
            if mark && marks.len() < MOST && !taken(&range) {
                marks.push(range);
            }
        }
        let mut prices = figures(&scratch.text.plain, scratch.text.digits);
        prices.retain(|range| !taken(range) && !is_counted(&scratch.hits, range));
        prices.extend(self.spoken(&scratch.hits).into_iter().filter(|range| !taken(range)));
        // Of volts nobody speaks as of a messenger: `230 V`. What is glued to more letters
        // or digits is no volts.
        let is_unit = |hit: &&Hit| hit.cue() == Some(CueKind::Unit);
        let mut units: Vec<_> =
            scratch.hits.iter().filter(is_unit).map(|hit| (hit.range.start, hit.range.end)).collect();
        units.sort_unstable();
        let plain = &scratch.text.plain;
        let counts = |range: &Range<usize>| {
            units.binary_search(&(range.start, range.end)).is_ok()
                && plain.as_str()[..plain.locate(range.start)]
                    .trim_end_matches(' ')
                    .ends_with(|c: char| c.is_ascii_digit())
                && !plain.as_str()[plain.locate(range.end)..]
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        };
        scratch.hits.retain(|hit| !(hit.ambiguous && counts(&hit.range)));
        let sign = |atoms: AtomList| {
            move |range| Hit::new(atoms, range, Source::Word { languages: 0, cue: None }, false, false)
        };
        scratch.hits.extend(marks.into_iter().map(sign(self.known.question)));
        scratch.hits.extend(prices.into_iter().take(MOST).map(sign(self.known.price)));
    }

    /// Numbers of two digits or more that are said in words.
    fn spoken(&self, hits: &[Hit]) -> Vec<Range<usize>> {
        let mut spoken: Vec<Range<usize>> = Vec::new();
        let mut last: Option<Range<usize>> = None;
        for hit in hits {
            let Some(CueKind::Number { value, homophone: false }) = hit.cue() else { continue };
            let goes_on = last.as_ref().is_some_and(|last| hit.range.start <= last.end + SPOKEN_GAP);
            last = Some(hit.range.clone());
            if goes_on {
                if let Some(number) = spoken.last_mut()
                    && hit.range.start <= number.end + SPOKEN_GAP
                {
                    number.end = number.end.max(hit.range.end);
                }
            } else if self.extractor.values.get(usize::from(value)).is_some_and(|value| value.len() >= 2)
                && spoken.len() < MOST
            {
                spoken.push(hit.range.clone());
            }
        }
        spoken
    }
}

/// What is found as it stands is no disguise, though it is found with its signs taken
/// out as well: Gadu-Gadu is spelled so.
pub(super) fn drop_false_disguise(hits: &mut Vec<Hit>) {
    if !hits.iter().any(|hit| matches!(hit.source, Source::Disguise(_))) {
        return;
    }
    hits.sort_by_key(place);
    let mut plain = Vec::new();
    for pair in hits.windows(2) {
        let words = pair.iter().all(|hit| matches!(hit.source, Source::Word { .. }));
        if words && pair[0].range == pair[1].range && pair[0].atoms == pair[1].atoms {
            plain.push(place(&pair[0]));
        }
    }
    hits.retain(|hit| !matches!(hit.source, Source::Disguise(_)) || plain.binary_search(&place(hit)).is_err());
}

fn is_question(c: char) -> bool {
    matches!(c, '?' | '？' | '؟')
}

/// Whether a unit makes a figure a quantity, or a label an identifier.
fn is_counted(hits: &[Hit], range: &Range<usize>) -> bool {
    hits.iter().any(|hit| match hit.cue() {
        Some(CueKind::Unit) => hit.range.start >= range.end && hit.range.start - range.end <= 1,
        Some(CueKind::NumberLabel) => hit.range.end <= range.start && range.start - hit.range.end <= LABEL_REACH,
        _ => false,
    })
}

/// Figures of two to seven digits, thousands grouped or not, that are no time, date,
/// share or part of a code; as original ranges.
fn figures(plain: &View, digits: usize) -> Vec<Range<usize>> {
    let mut figures = Vec::new();
    if digits < 2 {
        return figures;
    }
    let text = plain.as_str();
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut at = 0;
    while at < bytes.len() && figures.len() < MOST {
        if !digit(at) {
            at += 1;
            continue;
        }
        let start = at;
        let mut count = 0;
        loop {
            while digit(at) {
                at += 1;
                count += 1;
            }
            // Groups of a number: `1,150`, `27 033.60`.
            let group = matches!(bytes.get(at), Some(b' ' | b'.' | b',' | b'\''))
                && digit(at + 1)
                && digit(at + 2)
                && (!digit(at + 3) && bytes[at] != b' ' || digit(at + 3) && !digit(at + 4));
            if !group {
                break;
            }
            at += 1;
        }
        let before = text[..start].chars().next_back().unwrap_or(' ');
        let mut behind = text[at..].chars();
        let (after, after2) = (behind.next().unwrap_or(' '), behind.next().unwrap_or(' '));
        let glued = before.is_ascii_alphanumeric()
            || matches!(before, '#' | '_' | '@' | ':')
            || matches!(before, '/' | '-' | '.')
                && text[..start].chars().rev().nth(1).is_some_and(|c| c.is_ascii_digit());
        let goes_on = matches!(after, '%' | '°' | '_' | '@')
            || after == ' ' && after2 == '%'
            || matches!(after, ':' | '/' | '-' | '.') && after2.is_ascii_digit();
        if (2..=LONGEST_PRICE).contains(&count) && !glued && !goes_on {
            figures.push(plain.original(start..at));
        }
    }
    figures
}

#[cfg(test)]
mod tests {
    use super::figures;
    use crate::text::{FoldTables, Folder, Text};

    #[test]
    fn figures_that_may_be_prices() {
        for (original, wanted) in [
            ("45 on here, 35 off it", vec!["45", "35"]),
            ("en direct 1 150, par le site 1 300", vec!["1 150", "1 300"]),
            ("€1,150.00 or 900,50", vec!["1,150.00", "900,50"]),
            ("at 10:30 on 2026-05-04, 12/5, 20 %, 5 pcs", vec![]),
            ("M8 x4400 #4417 a_55", vec![]),
            ("4400012345678", vec![]),
        ] {
            let mut text = Text::default();
            Folder::new(&FoldTables::default(), Vec::new()).fold(original, &mut text);
            let found: Vec<_> = figures(&text.plain, text.digits).into_iter().map(|range| &original[range]).collect();
            assert_eq!(found, wanted, "{original}");
        }
    }
}

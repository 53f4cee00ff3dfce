//! Contact details made unreadable in everything that leaves the process.

use std::ops::Range;
use std::sync::Arc;

use queja::{Assessment, Detector, Span};

use crate::visible::merged;

/// The digits that a number must have to be masked without being known for anything.
const LOOSE_DIGITS: usize = 5;
/// The same inside a message that is one piece of a number.
const PIECE_DIGITS: usize = 2;

/// The bytes of a text that may not be read.
pub struct Mask {
    hidden: Vec<Range<usize>>,
}

impl Mask {
    /// Whether the character at this byte is masked.
    pub fn hides(&self, at: usize) -> bool {
        let next = self.hidden.partition_point(|range| range.end <= at);
        self.hidden.get(next).is_some_and(|range| range.start <= at)
    }

    /// The mask of what stands from this byte on.
    pub fn from(&self, start: usize) -> Self {
        let after = self.hidden.iter().filter(|range| range.end > start);
        Self { hidden: after.map(|range| range.start.saturating_sub(start)..range.end - start).collect() }
    }

    /// A part of the text with what may not be read replaced.
    pub fn slice(&self, text: &str, range: Range<usize>) -> String {
        let Some(part) = text.get(range.clone()) else { return "•".repeat(range.len().min(16)) };
        part.char_indices().map(|(at, c)| if self.hides(range.start + at) { '•' } else { c }).collect()
    }
}

/// Makes contact details unreadable.
#[derive(Clone)]
pub struct Redactor {
    detector: Detector,
}

impl Redactor {
    pub fn new(detector: &Detector) -> Self {
        Self { detector: detector.clone() }
    }

    /// What may not be read of the text of a message.
    pub fn mask(&self, text: &str, assessment: &Assessment) -> Mask {
        let is_piece = assessment.suggestion.as_ref().is_some_and(|suggestion| suggestion.evidence.len() > 1);
        let known: Vec<_> = assessment.entities.iter().map(|entity| entity.span.range()).collect();
        self.mask_with(text, &known, is_piece)
    }

    /// A short text, such as the name of a sender, made unreadable.
    pub fn text(&self, text: &str) -> String {
        self.mask_with(text, &[], false).slice(text, 0..text.len())
    }

    fn mask_with(&self, text: &str, known: &[Range<usize>], is_piece: bool) -> Mask {
        let explanation = self.detector.explain(text);
        let mut hidden = Vec::new();
        let entities = explanation.assessment.entities.iter().map(|entity| entity.span.range());
        for range in entities.chain(known.iter().cloned()) {
            hidden.extend(middle(text, range));
        }
        let neutral: Vec<_> = explanation.neutral_numbers.iter().map(Span::range).collect();
        let fewest = if is_piece { PIECE_DIGITS } else { LOOSE_DIGITS };
        hidden.extend(loose_digits(text, &neutral, fewest));
        hidden.extend(loose_addresses(text).filter_map(|range| middle(text, range)));
        if is_piece {
            // Digits that are said in words.
            let numbers = explanation.concepts.iter().filter(|hit| hit.concepts.iter().any(|name| name == "number"));
            hidden.extend(numbers.map(|hit| hit.span.range()));
        }
        Mask { hidden: merged(&hidden) }
    }

    /// Everything of an assessment that quotes the text.
    pub fn redact(&self, text: &str, mask: &Mask, assessment: &mut Assessment) {
        let mend = |span: &mut Span| span.text = mask.slice(text, span.range());
        for finding in assessment.signals.iter_mut().flat_map(|signal| &mut signal.findings) {
            finding.spans.iter_mut().for_each(mend);
        }
        for entity in &mut assessment.entities {
            mend(&mut entity.span);
            let all = 0..entity.value.len();
            let mask = Mask { hidden: middle(&entity.value, all.clone()).into_iter().collect() };
            entity.value = mask.slice(&entity.value, all);
        }
        assessment.evasion.iter_mut().for_each(|evasion| mend(&mut evasion.span));
        if let Some(suggestion) = &mut assessment.suggestion {
            let is_piece = suggestion.evidence.len() > 1;
            for evidence in &mut suggestion.evidence {
                evidence.sender = evidence.sender.as_deref().map(|sender| self.text(sender));
                evidence.quote = self.quote(text, mask, &evidence.quote, is_piece);
            }
        }
    }

    /// A quote: a part of this text, or of an earlier message.
    fn quote(&self, text: &str, mask: &Mask, quote: &str, is_piece: bool) -> String {
        let core = quote.strip_prefix('…').unwrap_or(quote);
        let core = core.strip_suffix('…').unwrap_or(core);
        match text.find(core) {
            Some(at) => quote.replacen(core, &mask.slice(text, at..at + core.len()), 1),
            None => self.mask_with(quote, &[], is_piece).slice(quote, 0..quote.len()),
        }
    }

    /// A name of a file, of which all but contact details is kept.
    pub fn file(&self, file: &Arc<str>) -> Arc<str> {
        let entities = self.detector.assess(&**file).entities;
        let phones =
            entities.iter().filter(|entity| matches!(entity.kind, queja::EntityKind::Phone | queja::EntityKind::Email));
        let hidden: Vec<_> = phones.filter_map(|entity| middle(file, entity.span.range())).collect();
        if hidden.is_empty() {
            return Arc::clone(file);
        }
        Mask { hidden: merged(&hidden) }.slice(file, 0..file.len()).into()
    }
}

/// All but the first two and last two characters; of a short text all but the ends, or all.
fn middle(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = text.get(range.clone())?;
    let count = part.chars().count();
    let keep = match count {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    let byte = |nth: usize| part.char_indices().nth(nth).map_or(part.len(), |(at, _)| at);
    Some(range.start + byte(keep)..range.start + byte(count - keep))
}

/// Numbers that are known for nothing innocent, with what stands between their digits.
fn loose_digits(text: &str, neutral: &[Range<usize>], fewest: usize) -> Vec<Range<usize>> {
    let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
    let mut between = usize::MAX;
    for (at, c) in text.char_indices() {
        let is_neutral = neutral.iter().any(|range| range.contains(&at));
        if c.is_numeric() && !is_neutral {
            let end = at + c.len_utf8();
            match runs.last_mut() {
                Some((run, count)) if between <= 3 => {
                    run.end = end;
                    *count += 1;
                }
                _ => runs.push((at..end, 1)),
            }
            between = 0;
        } else if c.is_alphabetic() || is_neutral {
            between = usize::MAX;
        } else {
            between = between.saturating_add(1);
        }
    }
    runs.into_iter().filter(|(_, count)| *count >= fewest).map(|(run, _)| run).collect()
}

/// Words with an `@` in or before them: addresses and handles, even of no known domain.
fn loose_addresses(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    text.split(ends).filter_map(move |word| {
        let (_, after) = word.split_once(['@', '＠'])?;
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        after.starts_with(char::is_alphanumeric).then(|| start..start + word.len())
    })
}

#[cfg(test)]
mod tests {
    use super::{Mask, loose_addresses, loose_digits, middle};

    #[test]
    fn loose_addresses_are_words_with_an_at() {
        let found: Vec<_> = loose_addresses("é mail ana@shop.example, or @ana9 @ 5").collect();
        assert_eq!(found, [8..24, 29..34]);
    }

    #[test]
    fn ends_are_kept_of_what_is_long() {
        for (given, expected) in [("+447700900118", "+4•••••••••18"), ("ana99", "a•••9"), ("ana", "•••"), ("", "")]
        {
            let mask = Mask { hidden: middle(given, 0..given.len()).into_iter().collect() };
            assert_eq!(mask.slice(given, 0..given.len()), expected);
        }
    }

    #[test]
    fn loose_digits_are_runs_with_little_between() {
        assert_eq!(loose_digits("ring 0770 - 09 now", &[], 5), [5..14]);
        assert!(loose_digits("for 12 and 1234", &[], 5).is_empty());
        assert!(loose_digits("on 2026-05-04", &[3..13], 5).is_empty());
    }
}

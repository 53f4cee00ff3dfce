//! Runs of digits as people write them: figures, words, letters that look like
//! digits. And which of them are prices, dates, sizes and order numbers.

use std::ops::Range;

use super::phone::FEWEST;
use super::{Cue, CueKind, Extractor, cue_after, cue_before};
use crate::text::Text;

/// The fewest figures among letters that look like them.
const FEWEST_FIGURES: usize = 5;

/// The most bytes of a maker's code, and the most capitals of one of its groups.
const LONGEST_CODE: usize = 40;
const LONGEST_MARK: usize = 4;

/// One written run of digits.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is its own fact of the run")]
pub(super) struct Piece {
    pub digits: String,
    /// Byte range of the plain view.
    pub plain: Range<usize>,
    /// Said in words.
    pub spelled: bool,
    /// Letters stood for digits.
    pub leet: bool,
    /// A price, date, size or identifier.
    pub neutral: bool,
    /// A plus sign or word stands before it.
    pub plus: bool,
    /// A word that is a digit only beside digits.
    pub homophone: bool,
}

impl Extractor {
    /// All runs of digits, in order.
    pub(super) fn pieces(&self, text: &Text, cues: &[Cue]) -> Vec<Piece> {
        let plain = text.plain.as_str();
        let mut pieces = figures(text, plain, cues);
        let mut multiply = 1;
        let mut words: Vec<(Range<usize>, &str, bool)> = cues
            .iter()
            .filter_map(|cue| match cue.kind {
                CueKind::Number { value, homophone } => {
                    Some((text.plain.within(&cue.range), self.values.get(usize::from(value))?.as_str(), homophone))
                }
                _ => None,
            })
            .collect();
        // Of words that meet, the longer counts: "twenty-seven" before "seven".
        words.sort_by_key(|(range, _, homophone)| (range.start, usize::MAX - range.end, *homophone));
        let mut end = 0;
        let mut plus = false;
        // A word that multiplies or says "plus" belongs to the digit after it.
        let mut opened: Option<Range<usize>> = None;
        for (range, value, homophone) in words {
            if range.start < end || range.is_empty() {
                continue;
            }
            let meets = pieces.iter().any(|piece| piece.plain.start < range.end && range.start < piece.plain.end);
            if meets {
                continue;
            }
            end = range.end;
            match value {
                "x2" | "x3" => {
                    multiply = if value == "x2" { 2 } else { 3 };
                    opened = Some(range);
                    continue;
                }
                "+" => {
                    plus = true;
                    opened = Some(range);
                    continue;
                }
                "x00" => {
                    if let Some(last) =
                        pieces.iter_mut().rev().find(|piece| piece.spelled && piece.plain.end <= range.start)
                    {
                        last.digits.push_str("00");
                        last.plain.end = range.end;
                    }
                    continue;
                }
                _ => {}
            }
            let near = |opened: &Range<usize>| opened.end <= range.start && range.start - opened.end <= 2;
            let start = opened.take().filter(near).map_or(range.start, |opened| opened.start);
            let range = start..range.end;
            let digits = value.repeat(std::mem::replace(&mut multiply, 1));
            pieces.push(Piece {
                digits,
                plain: range,
                spelled: true,
                leet: false,
                neutral: false,
                plus: std::mem::take(&mut plus),
                homophone,
            });
        }
        pieces.sort_by_key(|piece| piece.plain.start);
        join_tens(&mut pieces, plain);
        // "double 5": the word multiplies the figure after it.
        for piece in &mut pieces {
            if !piece.spelled && piece.digits.len() == 1 {
                let original = text.plain.original(piece.plain.clone());
                let before = cue_before(cues, original.start, 2, |kind| matches!(kind, CueKind::Number { .. }));
                if let Some(Cue { kind: CueKind::Number { value, .. }, .. }) = before {
                    let times = match self.values.get(usize::from(*value)).map(String::as_str) {
                        Some("x2") => 2,
                        Some("x3") => 3,
                        _ => continue,
                    };
                    piece.digits = piece.digits.repeat(times);
                    piece.plain.start = text.plain.locate(before.map_or(original.start, |cue| cue.range.start));
                }
            }
        }
        pieces
    }
}

/// Marks the pieces that are prices, dates, sizes, counts or identifiers.
pub(super) fn mark_neutral(text: &Text, cues: &[Cue], pieces: &mut [Piece]) {
    let plain = text.plain.as_str();
    // Signs that part the digits of a number, and no count from what it counts.
    let parts = |c: char| matches!(c, '~' | '*' | '_' | '|' | '#' | '+');
    let mut last = 0;
    for piece in pieces.iter_mut() {
        let follows = last > 0 && last + 1 == piece.plain.start;
        last = piece.plain.end;
        if piece.neutral || piece.spelled {
            continue;
        }
        let range = piece.plain.clone();
        let original = text.plain.original(range.clone());
        let before = plain[..range.start].chars().next_back().unwrap_or(' ');
        let after = plain[range.end..].chars().next().unwrap_or(' ');
        let after2 = plain[range.end..].chars().nth(1).unwrap_or(' ');
        let before2 = plain[..range.start].chars().rev().nth(1).unwrap_or(' ');
        let length = piece.digits.len();
        let money = is_currency_sign(before)
            || is_currency_sign(after)
            || after == '%'
            || after == '°'
            || before == ' ' && plain[..range.start].trim_end().chars().next_back().is_some_and(is_currency_sign)
            || after == ' ' && (is_currency_sign(after2) || after2 == '%');
        // A letter glued to the next digits stands for one of them: `O74OO l23`; one behind
        // a sign parts the digits of a number.
        let counted = length <= 9
            && !parts(after)
            && cue_after(cues, original.end, 1, |kind| matches!(kind, CueKind::Unit | CueKind::Currency)).is_some_and(
                |cue| !plain[text.plain.within(&cue.range).end..].starts_with(|c: char| c.is_ascii_digit()),
            );
        let priced = length <= 9
            && !parts(before)
            && cue_before(cues, original.start, 1, |kind| kind == CueKind::Currency).is_some();
        let label = cue_before(cues, original.start, 24, |kind| kind == CueKind::NumberLabel);
        let labelled = label.is_some_and(|label| {
            let nearer = cue_before(cues, original.start, 24, |kind| {
                matches!(kind, CueKind::Phone | CueKind::App { .. } | CueKind::Contact | CueKind::Reach)
            });
            let clause = text.plain.within(&(label.range.end..original.start));
            // "my no" is a phone's, whatever else "no" may be.
            let part = cues.iter().any(|cue| {
                let wider = cue.range.start <= label.range.start && cue.range.end >= label.range.end;
                matches!(cue.kind, CueKind::Phone | CueKind::Decode) && wider && cue.range != label.range
            });
            !part
                && nearer.is_none_or(|nearer| nearer.range.end <= label.range.end)
                && !plain[clause].contains(['!', '?', ';', '\n', '。', '；'])
        });
        piece.neutral = money
            || counted
            || priced
            || labelled
            || before == '#' && !before2.is_ascii_digit()
            || !follows && glued(plain, &range, text, cues)
            || in_code(plain, &range, text, cues);
    }
    mark_shapes(plain, pieces);
    mark_amounts(plain, pieces);
    mark_years(text, cues, pieces);
    mark_sums(text, cues, pieces);
    mark_round_lists(plain, pieces);
}

/// What stands between a piece and the next.
pub(super) fn gap<'p>(plain: &'p str, left: &Piece, right: &Piece) -> &'p str {
    plain.get(left.plain.end..right.plain.start).unwrap_or("")
}

/// Amounts with a space between the thousands: `80 371,20`.
fn mark_amounts(plain: &str, pieces: &mut [Piece]) {
    let figure = |piece: &Piece| !piece.spelled && !piece.leet && !piece.plus;
    let mut start = 0;
    while start < pieces.len() {
        let mut end = start + 1;
        while end < pieces.len()
            && figure(&pieces[end])
            && pieces[end].digits.len() == 3
            && matches!(gap(plain, &pieces[end - 1], &pieces[end]), " " | "\u{a0}" | "\u{202f}" | "'" | "’")
        {
            end += 1;
        }
        let opens = figure(&pieces[start]) && pieces[start].digits.len() <= 3 && !pieces[start].digits.starts_with('0');
        let decimal = pieces.get(end).is_some_and(|last| {
            figure(last) && last.digits.len() == 2 && matches!(gap(plain, &pieces[end - 1], last), "," | ".")
        });
        let ends = || {
            !plain[pieces[end].plain.end..]
                .trim_start_matches([',', '.', '-', ' '])
                .starts_with(|c: char| c.is_ascii_digit())
        };
        if opens && end > start + 1 && decimal && ends() {
            pieces[start..=end].iter_mut().for_each(|piece| piece.neutral = true);
        }
        start = end;
    }
}

/// Years among number words: behind or before a word that counts, as in `năm 1851` and
/// `一九二五年`. A number read out is longer.
fn mark_years(text: &Text, cues: &[Cue], pieces: &mut [Piece]) {
    let plain = text.plain.as_str();
    let counts = |kind| matches!(kind, CueKind::Unit | CueKind::Currency);
    let mut start = 0;
    while start < pieces.len() {
        let mut end = start + 1;
        while end < pieces.len()
            && pieces[end].spelled == pieces[start].spelled
            && gap(plain, &pieces[end - 1], &pieces[end]).is_empty()
        {
            end += 1;
        }
        let range = text.plain.original(pieces[start].plain.start..pieces[end - 1].plain.end);
        let digits: usize = pieces[start..end].iter().map(|piece| piece.digits.len()).sum();
        let spelled = pieces[start].spelled;
        let said: String = pieces[start..end].iter().map(|piece| piece.digits.as_str()).collect();
        let is_year = said.parse().is_ok_and(|value| year(value, digits));
        let counted = spelled && is_year && end == start + 4 && cue_after(cues, range.end, 0, counts).is_some();
        let dated = !spelled && end == start + 1 && is_year && {
            let beside = |at: usize| pieces.get(at).is_some_and(|piece| !piece.spelled);
            let close = beside(end) && gap(plain, &pieces[start], &pieces[end]).len() <= 1;
            !close && cue_before(cues, range.start, 1, counts).is_some()
        };
        if counted || dated {
            pieces[start..end].iter_mut().for_each(|piece| piece.neutral = true);
        }
        start = end;
    }
}

/// Calculations: `350 pc x 1180 = 413000`, `500 + 300 = 800`. Words inside one are
/// units or currencies.
fn mark_sums(text: &Text, cues: &[Cue], pieces: &mut [Piece]) {
    let plain = text.plain.as_str();
    if !plain.contains(['=', 'x', 'X', '×', '*']) {
        return;
    }
    let steps: Vec<Step> = pieces.windows(2).map(|pair| step(text, cues, &pair[0], &pair[1])).collect();
    for (at, kind) in steps.iter().enumerate() {
        match kind {
            Step::Product => pieces[at..=at + 1].iter_mut().for_each(|piece| piece.neutral = true),
            Step::Equals => {
                let joined = |step: &&Step| !matches!(step, Step::None | Step::Equals);
                let first = at - steps[..at].iter().rev().take_while(joined).count();
                let grouped = |step: &&Step| matches!(step, Step::Group);
                let last = at + 1 + steps[at + 1..].iter().take_while(grouped).count();
                if steps[first..at].iter().any(|step| matches!(step, Step::Operator | Step::Product)) {
                    pieces[first..=last].iter_mut().for_each(|piece| piece.neutral = true);
                }
            }
            Step::None | Step::Group | Step::Operator => {}
        }
    }
}

/// How two numbers of a calculation are joined.
#[derive(Clone, Copy, Debug)]
enum Step {
    None,
    /// Parts of one number: `413,000`.
    Group,
    Operator,
    /// A multiplication of something counted.
    Product,
    Equals,
}

fn step(text: &Text, cues: &[Cue], left: &Piece, right: &Piece) -> Step {
    let gap = gap(text.plain.as_str(), left, right);
    if gap.len() > 24 || gap.contains('\n') {
        return Step::None;
    }
    let measure = |range: &Range<usize>| {
        let original = text.plain.original(range.clone());
        let measures = |kind| matches!(kind, CueKind::Unit | CueKind::Currency);
        cue_after(cues, original.start, 0, measures).is_some_and(|cue| cue.range.end <= original.end)
    };
    let mut step = if matches!(gap, "." | "," | " " | "'") { Step::Group } else { Step::None };
    let mut counted = false;
    let mut at = left.plain.end;
    for word in gap.split_whitespace() {
        let begin = text.plain.as_str()[at..].find(word).map_or(at, |found| at + found);
        at = begin + word.len();
        step = match word {
            "=" => Step::Equals,
            "x" | "X" | "×" | "*" if counted => Step::Product,
            "x" | "X" | "×" | "*" | "+" | "-" | "−" | "/" | "÷" | "·" => Step::Operator,
            _ if measure(&(begin..at)) || !word.contains(char::is_alphanumeric) && word.len() <= 3 => {
                counted = true;
                step
            }
            _ => return Step::None,
        };
    }
    step
}

/// Several round numbers side by side are quantities.
fn mark_round_lists(plain: &str, pieces: &mut [Piece]) {
    let round = |piece: &Piece| {
        !piece.spelled && piece.digits.len() >= 3 && piece.digits.ends_with("00") && !piece.digits.starts_with('0')
    };
    let mut start = 0;
    while start < pieces.len() {
        let mut end = start + 1;
        while end < pieces.len()
            && round(&pieces[end - 1])
            && round(&pieces[end])
            && matches!(gap(plain, &pieces[end - 1], &pieces[end]).trim(), "" | "," | "/" | "、" | "-")
        {
            end += 1;
        }
        if end - start >= 3 {
            pieces[start..end].iter_mut().for_each(|piece| piece.neutral = true);
        }
        start = end;
    }
}

/// Figures, with letters that look like digits inside or beside them.
fn figures(text: &Text, plain: &str, cues: &[Cue]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let bytes = plain.as_bytes();
    let mut at = 0;
    let imitated = if text.disguised { imitated_figures(plain) } else { Vec::new() };
    let mut imitated = imitated.into_iter().peekable();
    while at < bytes.len() {
        if let Some(run) = imitated.next_if(|run| run.start <= at) {
            let plus = plain[..run.start].trim_end().ends_with(['+', '＋']);
            let written = &plain[run.clone()];
            let read: String = written.chars().filter_map(imitates_digit).collect();
            let leet = read != written;
            at = run.end;
            pieces.push(piece(read, run, leet, plus));
            continue;
        }
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
            at += 1;
        }
        let token = &plain[start..at];
        if token.len() > 40 {
            continue;
        }
        let digits = token.bytes().filter(u8::is_ascii_digit).count();
        let plus = plain[..start].trim_end().ends_with(['+', '＋']);
        if digits == token.len() {
            pieces.push(piece(token.into(), start..at, false, plus));
        } else if token.bytes().all(|b| looks_like_digit(b).is_some())
            && (digits * 3 >= token.len() || beside_figures(plain, start, at))
        {
            let read = token.bytes().filter_map(looks_like_digit).map(char::from).collect();
            pieces.push(piece(read, start..at, true, plus));
        } else if is_interleaved(token) {
            let read = token.chars().filter(char::is_ascii_digit).collect();
            pieces.push(piece(read, start..at, true, plus));
        } else if digits > 0 {
            // Letters and digits in one token: the digits count by themselves
            // only where the letters are a word that ends there.
            let mut inner = start;
            while inner < at {
                let run = bytes[inner..at].iter().take_while(|b| b.is_ascii_digit()).count();
                if run > 0 {
                    let range = inner..inner + run;
                    let original = text.plain.original(range.clone());
                    // Capitals glued to digits are a carrier's or maker's code before they
                    // are a short name: `YT555…`.
                    let code = plain[start..inner].bytes().all(|b| b.is_ascii_uppercase());
                    let counts = |kind| matches!(kind, CueKind::Unit | CueKind::Currency);
                    let speaks = |cue: &Cue| {
                        !(code && (counts(cue.kind) || matches!(cue.kind, CueKind::App { sure: false, .. })))
                    };
                    let left = inner == start || cues.iter().any(|cue| cue.range.end == original.start && speaks(cue));
                    let right = inner + run == at || cues.iter().any(|cue| cue.range.start == original.end);
                    let mut figure = piece(plain[range.clone()].into(), range, false, plus && inner == start);
                    figure.neutral = !(left && right);
                    pieces.push(figure);
                    inner += run;
                } else {
                    inner += bytes[inner..at].iter().take_while(|b| !b.is_ascii_digit()).count();
                }
            }
        }
    }
    pieces
}

fn piece(digits: String, plain: Range<usize>, leet: bool, plus: bool) -> Piece {
    Piece { digits, plain, spelled: false, leet, neutral: false, plus, homophone: false }
}

/// Groups of figures and of letters that look like them, side by side, of which so many
/// are figures that it is a number: `O1O-oo0O-62l9`.
fn imitated_figures(plain: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut run: Vec<Range<usize>> = Vec::new();
    let mut close = |run: &mut Vec<Range<usize>>| {
        let letters: String = run.iter().map(|token| &plain[token.clone()]).collect();
        let length = letters.chars().count();
        let digits = letters.bytes().filter(u8::is_ascii_digit).count();
        if length > digits
            && digits >= FEWEST_FIGURES
            && digits * 3 >= length
            && (FEWEST..=LONGEST_CODE).contains(&length)
        {
            all.append(run);
        }
        run.clear();
    };
    let mut at = 0;
    while let Some(begin) = plain[at..].find(char::is_alphanumeric).map(|n| at + n) {
        let end = plain[begin..].find(|c: char| !c.is_alphanumeric()).map_or(plain.len(), |n| begin + n);
        let token = &plain[begin..end];
        let gap = &plain[at..begin];
        let beside = matches!(gap.len(), 1..=3) && gap.chars().all(|c| matches!(c, ' ' | '-' | '.' | '/' | '(' | ')'));
        if !beside {
            close(&mut run);
        }
        let noughts = token.chars().all(|c| imitates_digit(c) == Some('0')) && token.chars().nth(1).is_some();
        let figure = token.bytes().any(|b| b.is_ascii_digit()) && token.chars().all(|c| imitates_digit(c).is_some());
        if figure || noughts {
            run.push(begin..end);
        } else {
            close(&mut run);
        }
        at = end;
    }
    close(&mut run);
    all
}

/// The digit that a letter of any alphabet looks like, or that it is.
fn imitates_digit(c: char) -> Option<char> {
    Some(match c {
        'о' | 'О' | 'ο' | 'Ο' => '0',
        'і' | 'І' => '1',
        'З' | 'з' => '3',
        'б' | 'b' | 'G' => '6',
        _ => char::from(looks_like_digit(u8::try_from(c).ok()?)?),
    })
}

/// A letter after each digit, as in `0a7b4c0d0e1f`: no code of goods is so regular.
fn is_interleaved(token: &str) -> bool {
    let mut even = token.bytes().step_by(2);
    let mut odd = token.bytes().skip(1).step_by(2);
    token.len() >= 2 * FEWEST - 1 && even.all(|b| b.is_ascii_digit()) && odd.all(|b| b.is_ascii_alphabetic())
}

fn looks_like_digit(b: u8) -> Option<u8> {
    Some(match b {
        b'0'..=b'9' => b,
        b'o' | b'O' => b'0',
        b'l' | b'I' | b'i' => b'1',
        b's' | b'S' => b'5',
        b'z' | b'Z' => b'2',
        b'B' => b'8',
        _ => return None,
    })
}

/// Whether the tokens on both sides are figures, and this one could pass for one:
/// words such as "is" and "so" don't.
fn beside_figures(plain: &str, start: usize, end: usize) -> bool {
    let figure = |token: &str| token.bytes().filter(u8::is_ascii_digit).count() >= 2;
    let left = plain[..start].trim_end_matches([' ', '-', '.']).rsplit([' ', '-', '.']).next().is_some_and(figure);
    let right = plain[end..].trim_start_matches([' ', '-', '.']).split([' ', '-', '.']).next().is_some_and(figure);
    let token = &plain[start..end];
    left && right && token.bytes().all(|b| matches!(b, b'o' | b'O' | b'l' | b'I' | b'B'))
}

/// Hundreds, tens and the unit after them are one number: "twenty" "seven",
/// "nine hundred" "sixteen".
fn join_tens(pieces: &mut Vec<Piece>, plain: &str) {
    let mut i = 0;
    while i + 1 < pieces.len() {
        if holds_unit(plain, &pieces[i], &pieces[i + 1], 2) {
            take_into(pieces, i);
        }
        i += 1;
    }
    i = 0;
    while i + 1 < pieces.len() {
        // A lone unit after hundreds may be the next digit read out.
        let lone = |i: usize| pieces.get(i).is_some_and(|piece| piece.spelled && piece.digits.len() == 1);
        if holds_unit(plain, &pieces[i], &pieces[i + 1], 3) && !(lone(i + 1) && lone(i + 2)) {
            take_into(pieces, i);
        }
        i += 1;
    }
}

/// Whether the second number, said right after the first of so many digits, fills
/// its zeros.
fn holds_unit(plain: &str, round: &Piece, unit: &Piece, digits: usize) -> bool {
    let gap = gap(plain, round, unit);
    let zeros = &"00"[..digits - 1];
    round.spelled
        && unit.spelled
        && round.digits.len() == digits
        && round.digits.ends_with(zeros)
        && !(digits == 2 && round.digits.starts_with('1'))
        && unit.digits.len() < digits
        && !unit.digits.starts_with('0')
        && gap.len() <= 5
        && gap.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-'))
}

fn take_into(pieces: &mut Vec<Piece>, i: usize) {
    let unit = pieces.remove(i + 1);
    let at = pieces[i].digits.len() - unit.digits.len();
    pieces[i].digits.replace_range(at.., &unit.digits);
    pieces[i].plain.end = unit.plain.end;
}

fn is_currency_sign(c: char) -> bool {
    matches!(
        c,
        '$' | '€'
            | '£'
            | '¥'
            | '₽'
            | '₴'
            | '₺'
            | '₹'
            | '₩'
            | '₫'
            | '฿'
            | '₪'
            | '₦'
            | '₱'
            | '₲'
            | '₡'
            | '﷼'
            | '円'
            | '元'
    )
}

/// Whether letters that are no cue of their own hang on the digits by a dash.
fn glued(plain: &str, range: &Range<usize>, text: &Text, cues: &[Cue]) -> bool {
    let original = text.plain.original(range.clone());
    let before = plain[..range.start].chars().next_back();
    let before2 = plain[..range.start].chars().rev().nth(1);
    let joined =
        before.is_some_and(|c| matches!(c, '-' | '_' | '/')) && before2.is_some_and(|c| c.is_ascii_alphabetic());
    let speaks = |cue: &&Cue| !matches!(cue.kind, CueKind::Unit | CueKind::Currency | CueKind::Number { .. });
    let cue =
        cues.iter().filter(speaks).any(|cue| cue.range.end <= original.start && original.start - cue.range.end <= 1);
    joined && !cue
}

/// Whether one of the groups that dashes join to these digits is a maker's: capitals, or
/// letters with digits that don't look like any.
fn in_code(plain: &str, range: &Range<usize>, text: &Text, cues: &[Cue]) -> bool {
    let chained = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let begin =
        plain[..range.start].len() - plain[..range.start].bytes().rev().take_while(|&b| chained(char::from(b))).count();
    let end = range.end + plain[range.end..].bytes().take_while(|&b| chained(char::from(b))).count();
    if end - begin > LONGEST_CODE || begin == range.start && end == range.end {
        return false;
    }
    let mut at = begin;
    plain[begin..end].split(['-', '_']).any(|group| {
        let start = at;
        at += group.len() + 1;
        let letters = group.bytes().filter(u8::is_ascii_alphabetic).count();
        let capitals = letters == group.len()
            && (1..=LONGEST_MARK).contains(&letters)
            && group.bytes().all(|b| b.is_ascii_uppercase());
        let mixed = letters > 0
            && letters < group.len()
            && !is_interleaved(group)
            && group.bytes().any(|b| looks_like_digit(b).is_none());
        let named = || {
            let original = text.plain.original(start..start + group.len());
            cues.iter().any(|cue| {
                cue.range.start < original.end
                    && original.start < cue.range.end
                    && !matches!(cue.kind, CueKind::Unit | CueKind::Currency)
            })
        };
        (capitals || mixed) && !named()
    })
}

/// Dates, times, decimals, dimensions, version and network numbers by their shape.
fn mark_shapes(plain: &str, pieces: &mut [Piece]) {
    let mut i = 0;
    while i < pieces.len() {
        // The longest chain of figures with single joints between them.
        let mut end = i;
        let mut joints = String::new();
        while end + 1 < pieces.len() && !pieces[end + 1].spelled && !pieces[end].spelled {
            let gap = &plain[pieces[end].plain.end..pieces[end + 1].plain.start.max(pieces[end].plain.end)];
            let mut chars = gap.chars();
            match (chars.next(), chars.next()) {
                (Some(joint), None) if ".,:/-x×*X~–".contains(joint) => joints.push(joint),
                _ if gap.trim().chars().count() == 1 && "x×*X".contains(gap.trim()) => joints.push('x'),
                _ => break,
            }
            end += 1;
        }
        if end > i {
            let lengths: Vec<usize> = pieces[i..=end].iter().map(|piece| piece.digits.len()).collect();
            let values: Vec<u32> =
                pieces[i..=end].iter().map(|piece| piece.digits.parse().unwrap_or(u32::MAX)).collect();
            let dialled = is_trunk(&pieces[i]) || follows_country(plain, pieces, i);
            if is_neutral_shape(&joints, &lengths, &values, &pieces[i..=end])
                && !(end == i + 1 && dialled)
                && !goes_on(plain, pieces, i, end)
            {
                for piece in &mut pieces[i..=end] {
                    piece.neutral = true;
                }
            }
        }
        i = end + 1;
    }
}

/// Whether single digits go on in further ones with signs between: `..9.1.4..0.0.0`.
fn goes_on(plain: &str, pieces: &[Piece], first: usize, last: usize) -> bool {
    let single = |at: usize| pieces.get(at).is_some_and(|piece| !piece.spelled && piece.digits.len() == 1);
    let signs = |at: usize| {
        let gap = gap(plain, &pieces[at], &pieces[at + 1]);
        (2..=4).contains(&gap.len()) && gap.chars().all(|c| !c.is_alphanumeric() && !c.is_whitespace())
    };
    let before = first > 0 && single(first - 1) && signs(first - 1);
    (first..=last).all(single) && (before || single(last + 1) && signs(last))
}

/// `0495/55`, `012-334`: no range, count or month begins so.
fn is_trunk(piece: &Piece) -> bool {
    piece.digits.starts_with('0') && (3..=5).contains(&piece.digits.len())
}

/// Whether the groups before this one begin with a country code after its plus.
fn follows_country(plain: &str, pieces: &[Piece], at: usize) -> bool {
    let close = |pair: &&[Piece]| {
        let gap = gap(plain, &pair[0], &pair[1]);
        !gap.is_empty() && gap.len() <= 2 && gap.chars().all(|c| matches!(c, ' ' | '(' | ')' | '-' | '.'))
    };
    let groups = pieces[..=at].windows(2).rev().take_while(close).take(3).count();
    groups > 0 && pieces[at - groups..at].iter().any(|piece| piece.plus && piece.digits.len() <= 3)
}

fn is_neutral_shape(joints: &str, lengths: &[usize], values: &[u32], pieces: &[Piece]) -> bool {
    let all = |wanted: &[char]| joints.chars().all(|joint| wanted.contains(&joint));
    let first_zero = pieces[0].digits.starts_with('0') && lengths[0] > 1;
    match lengths {
        // 12.40, 3,5, 50.71928
        [_, _] if all(&['.', ',']) => lengths[1] <= 3 || lengths[0] <= 3 && lengths[1] >= 4 && !first_zero,
        // 18:30, 18:30:15
        [_, _] | [_, _, _] if all(&[':']) => values.iter().all(|&v| v < 60) || lengths[1] <= 2,
        // 09:00-18:00
        [_, _, _] | [_, _, _, _] if joints.contains(':') && all(&[':', '-', '–', '~']) => {
            values.iter().all(|&v| v < 60) && lengths.iter().all(|&l| l <= 2)
        }
        // 12/2028, 1/2
        [_, _] if all(&['/']) => lengths[0] <= 4 && lengths[1] <= 4,
        // 10-15, 1999-2005, 2026-06
        [_, _] if all(&['-', '–', '~']) => {
            lengths[0] <= 4 && lengths[1] <= 4 && lengths[0] + lengths[1] < 7
                || year(values[0], lengths[0]) && year(values[1], lengths[1])
        }
        // 3/10/2026, 2026-05-04, 25.12.23
        [_, _, _] if all(&['/', '-', '.', '–']) && is_date(values, lengths) => true,
        // 2026/0456-12
        [4, _, ..] if joints.starts_with('/') && year(values[0], 4) => true,
        // 2.3.7
        [_, _, _] if all(&['.']) && lengths.iter().all(|&l| l <= 2) => true,
        // 192.168.1.1 and 8481.80.40
        [_, _, _, _] if all(&['.']) && lengths.iter().all(|&l| l <= 3) && values.iter().all(|&v| v < 256) => true,
        [4, 2, 2 | 4] if all(&['.']) => true,
        // 1,240,000 and 1.240.000
        [1..=3, rest @ ..] if all(&[',']) && rest.iter().all(|&l| l == 3) => true,
        [1..=3, rest @ ..] if all(&['.']) && rest.len() >= 2 && rest.iter().all(|&l| l == 3) && lengths[0] < 3 => true,
        // 120x60x75
        _ => all(&['x', '×', '*', 'X']) && joints.contains(['x', '×', 'X']),
    }
}

fn year(value: u32, length: usize) -> bool {
    length == 4 && (1000..2100).contains(&value)
}

fn is_date(values: &[u32], lengths: &[usize]) -> bool {
    let day_month = |a: u32, b: u32| (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
    year(values[0], lengths[0]) && day_month(values[1], values[2])
        || day_month(values[0], values[1])
            && (year(values[2], lengths[2]) || lengths[2] == 2)
            && lengths[0] <= 2
            && lengths[1] <= 2
}

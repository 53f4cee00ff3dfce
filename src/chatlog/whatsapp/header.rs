//! The start of a message: date, time and what stands around them.
//!
//! A phone prints both through its own locale, so the order of fields, the separators, the
//! digits and the words are those of some thousand locales (CLDR short formats). They share a
//! shape: three numbers with separators, a glue, two or three numbers with separators, and
//! perhaps a marker of the half of the day before or after. The shape is all that is known here.

/// The header of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// The numbers of the date in their order.
    pub(super) date: [Number; 3],
    /// The first separator of the date.
    pub(super) separator: char,
    /// Whether a space follows the separator.
    pub(super) spaced: bool,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: Option<u32>,
    /// What may tell the half of the day: letters before or after the time.
    pub(super) marker: Option<String>,
    /// Whether date and time stand in brackets.
    pub(super) bracketed: bool,
    /// Date and time as written.
    pub(super) raw: &'a str,
    /// What follows: `name: text`, or a notice.
    pub(super) rest: &'a str,
}

/// A number and with how many digits it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) digits: u8,
}

/// The most characters that a marker or a glue has, and the most words.
const MAX_MARKER: usize = 24;
const MAX_WORDS: usize = 3;

/// The decimal zeros of the scripts that locales write dates in.
const ZEROS: [u32; 36] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA8D0, 0xA9D0, 0xAA50, 0xABF0, 0xFF10, 0x1_1136, 0x1_E140, 0x1_E950,
];

fn digit(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    let code = c as u32;
    ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code)).map(|zero| code - zero)
}

/// Marks that direct the text or join nothing; they are invisible and may stand anywhere.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}

/// Parses the header at the start of a line.
pub(super) fn parse(line: &str) -> Option<Header<'_>> {
    let mut at = Cursor { text: line, at: 0 };
    at.skip_marks();
    let bracketed = at.take(|c| c == '[');
    at.skip_spaces();
    // Nearly every other line ends here.
    at.peek().and_then(digit)?;
    let start = at.at;

    let (date, glue, time) = date_first(&mut at).or_else(|| {
        at.at = start;
        time_first(&mut at)
    })?;
    let end = at.at;
    let (after, raw_end, rest) = closing(&line[end..], bracketed)?;
    let before = letters(glue);
    let after = letters(after);
    let marker = if after.is_empty() { before } else { after };
    Some(Header {
        date: date.numbers,
        separator: date.separator,
        spaced: date.spaced,
        hour: time.hour,
        minute: time.minute,
        second: time.second,
        marker: Some(marker).filter(|marker| !marker.is_empty()),
        bracketed,
        raw: line[start..end + raw_end].trim(),
        rest,
    })
}

struct Date {
    numbers: [Number; 3],
    separator: char,
    spaced: bool,
}

struct Time {
    hour: u32,
    minute: u32,
    second: Option<u32>,
}

fn date_first<'a>(at: &mut Cursor<'a>) -> Option<(Date, &'a str, Time)> {
    let date = date(at)?;
    let glue = at.glue()?;
    Some((date, glue, time(at)?))
}

fn time_first<'a>(at: &mut Cursor<'a>) -> Option<(Date, &'a str, Time)> {
    let time = time(at)?;
    let glue = at.glue()?;
    Some((date(at)?, glue, time))
}

fn date(at: &mut Cursor<'_>) -> Option<Date> {
    let first = at.number(4)?;
    let (separator, spaced) = at.separator()?;
    let second = at.number(2)?;
    let mark = at.at;
    let third = match at.separator() {
        Some((other, _)) if other == separator => at.number(4)?,
        Some(_) => return None,
        None => {
            // One locale writes `dd/MM y`.
            at.at = mark;
            if at.skip_spaces() == 0 {
                return None;
            }
            at.number(4).filter(|year| year.digits == 4)?
        }
    };
    let numbers = [first, second, third];
    let digits = numbers.map(|number| number.digits);
    matches!(digits, [1 | 2, 1 | 2, 1 | 2 | 4] | [4, 1 | 2, 1 | 2]).then_some(Date { numbers, separator, spaced })
}

fn time(at: &mut Cursor<'_>) -> Option<Time> {
    let hour = at.number(2).filter(|hour| hour.value <= 24)?.value;
    let words = at.time_separator()?;
    let minute = at.number(2).filter(|minute| minute.value <= 59)?.value;
    let mark = at.at;
    let second = at.time_separator().and_then(|more| {
        let usable = !more || words;
        at.number(2).filter(|second| second.value <= 60 && usable)
    });
    if second.is_none() {
        at.at = mark;
    }
    if at.peek().and_then(digit).is_some() {
        return None;
    }
    Some(Time { hour, minute, second: second.map(|second| second.value.min(59)) })
}

/// What closes the header: text that may hold a marker, where the raw header ends in `text`, and
/// the rest of the line.
fn closing(text: &str, bracketed: bool) -> Option<(&str, usize, &str)> {
    let mut words = 0;
    let mut last_space = true;
    for (count, (index, c)) in text.char_indices().enumerate() {
        if count > MAX_MARKER + 4 || words > MAX_WORDS {
            return None;
        }
        let space = c.is_whitespace();
        let here = &text[..index];
        let next = &text[index + c.len_utf8()..];
        match c {
            ']' => {
                let rest = next.strip_prefix(' ').unwrap_or(next);
                return bracketed.then_some((here, index, rest));
            }
            '[' => return None,
            '-' | '\u{2013}' if !bracketed && last_space && index > 0 => {
                let rest = next.strip_prefix(|c: char| c.is_whitespace());
                if let Some(rest) = rest.or_else(|| next.is_empty().then_some("")) {
                    return Some((here, index, rest));
                }
            }
            ':' => {
                // Some versions put a colon and no dash; a name must follow.
                let rest = next.strip_prefix(' ').filter(|_| !bracketed)?;
                return super::split_sender(rest).is_some().then_some((here, index, rest));
            }
            _ => {}
        }
        words += usize::from(last_space && !space);
        last_space = space || (last_space && is_mark(c));
    }
    None
}

/// The letters of a glue or of what follows a time: lower case, spaces and dots gone.
fn letters(text: &str) -> String {
    if text.chars().all(|c| !c.is_alphanumeric()) {
        return String::new();
    }
    text.chars()
        .filter(|c| !c.is_whitespace() && !is_mark(*c) && !matches!(c, '.' | ',' | '(' | ')' | '-' | '\u{60c}'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A place in a line that passes over invisible marks.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn skip_marks(&mut self) {
        let rest = &self.text[self.at..];
        if rest.as_bytes().first().is_some_and(|byte| !byte.is_ascii()) {
            self.at += rest.len() - rest.trim_start_matches(is_mark).len();
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_marks();
        self.text[self.at..].chars().next()
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        match self.peek() {
            Some(c) if wanted(c) => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    /// Passes over spaces; how many there were.
    fn skip_spaces(&mut self) -> usize {
        let mut count = 0;
        while self.take(char::is_whitespace) {
            count += 1;
        }
        count
    }

    /// A number of up to `max` digits, not cut out of a longer one.
    fn number(&mut self, max: u8) -> Option<Number> {
        let mut number = Number { value: 0, digits: 0 };
        while let Some(digit) = self.peek().and_then(digit) {
            if number.digits == max {
                return None;
            }
            number.value = number.value * 10 + digit;
            number.digits += 1;
            self.take(|_| true);
        }
        (number.digits > 0).then_some(number)
    }

    /// A separator of a date, and whether a space follows it.
    fn separator(&mut self) -> Option<(char, bool)> {
        self.skip_spaces();
        let c = self.peek().filter(|c| matches!(c, '/' | '.' | '-'))?;
        self.take(|_| true);
        Some((c, self.skip_spaces() > 0))
    }

    /// A separator of a time; whether it is made of letters.
    fn time_separator(&mut self) -> Option<bool> {
        if self.take(|c| matches!(c, ':' | '.' | '\u{ff1a}' | '\u{2236}')) {
            return Some(false);
        }
        self.skip_spaces();
        let start = self.at;
        let mut count = 0;
        while self.take(|c| !c.is_whitespace() && digit(c).is_none() && !c.is_ascii_punctuation()) {
            count += 1;
        }
        self.skip_spaces();
        let letters = self.text[start..self.at].chars().any(char::is_alphabetic);
        (letters && count <= 10).then_some(true)
    }

    /// What stands between date and time: no digits, not long, not starting with a letter.
    fn glue(&mut self) -> Option<&'a str> {
        let start = self.at;
        let first = self.peek()?;
        if first.is_alphanumeric() {
            return None;
        }
        let mut count = 0;
        while self.take(|c| digit(c).is_none() && !matches!(c, '[' | ']' | ':' | '\n')) {
            count += 1;
            if count > MAX_MARKER {
                return None;
            }
        }
        let glue = &self.text[start..self.at];
        (count > 0 && glue.split_whitespace().count() <= MAX_WORDS + 1).then_some(glue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Date, time, marker and rest in one line.
    fn shown(line: &str) -> String {
        let Some(header) = parse(line) else {
            return "-".to_owned();
        };
        let [a, b, c] = header.date.map(|number| number.value);
        let second = header.second.map_or(String::new(), |second| format!(":{second}"));
        let marker = header.marker.map_or(String::new(), |marker| format!(" {marker}"));
        format!("{a} {b} {c}, {}:{}{second}{marker} > {}", header.hour, header.minute, header.rest)
    }

    #[test]
    fn headers_of_many_locales() {
        let table = [
            ("13/05/2026, 09:12 - A: x", "13 5 2026, 9:12 > A: x"),
            ("5/13/26, 9:12\u{202f}PM - A: x", "5 13 26, 9:12 pm > A: x"),
            ("5/13/26, 9:12 p.\u{a0}m. - A: x", "5 13 26, 9:12 pm > A: x"),
            ("[2026-05-13, 09:12:01] A: x", "2026 5 13, 9:12:1 > A: x"),
            ("\u{200e}[13.05.26, 09:12:01] A: x", "13 5 26, 9:12:1 > A: x"),
            ("[13/5/26 9:12:01 PM] A: x", "13 5 26, 9:12:1 pm > A: x"),
            ("13. 5. 2026. 21:25 - A: x", "13 5 2026, 21:25 > A: x"),
            ("13. 5. 2026. 21:25:15 A: x", "-"),
            ("13. 5. 2026. 21:25:15: A: x", "13 5 2026, 21:25:15 > A: x"),
            ("13.5.2026 klo 21.25 - A: x", "13 5 2026, 21:25 klo > A: x"),
            ("13.5.26 \u{433}., 21:25 - A: x", "13 5 26, 21:25 \u{433} > A: x"),
            (
                "\u{661}\u{663}\u{200f}/\u{665}\u{200f}/\u{662}\u{660}\u{662}\u{666}\u{60c} \u{669}:\u{661}\u{662} \u{645} - A: x",
                "13 5 2026, 9:12 \u{645} > A: x",
            ),
            ("2026/5/13 \u{4e0b}\u{5348}9:12 - A: x", "2026 5 13, 9:12 \u{4e0b}\u{5348} > A: x"),
            ("21:12, 13/05/2026 - A: x", "13 5 2026, 21:12 > A: x"),
            ("21:12 13/05/2026 - A: x", "13 5 2026, 21:12 > A: x"),
            ("2026-05-13 21 h 12 - A: x", "2026 5 13, 21:12 > A: x"),
            ("2026-05-13 21 h 12 min 05 s - A: x", "2026 5 13, 21:12:5 s > A: x"),
            ("13/05/2026 (21:12) - A: x", "13 5 2026, 21:12 > A: x"),
            ("13-05-2026 - 21:12 - A: x", "13 5 2026, 21:12 > A: x"),
            ("13/05 2026 21:12 - A: x", "13 5 2026, 21:12 > A: x"),
            ("13/05/2026, 09:12 - a notice", "13 5 2026, 9:12 > a notice"),
            ("13/05/2026, 09:12 - ", "13 5 2026, 9:12 > "),
        ];
        for (line, expected) in table {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines() {
        let table = [
            "",
            "hello",
            "[LINE] Chat",
            "31.12.2026 is the last day",
            "31.12.2026 18:00 is the last day - no: really",
            "12:30 - lunch: soup",
            "13/05/2026",
            "13/05/2026, 25:12 - A: x",
            "13/05/2026, 09:72 - A: x",
            "[13/05/2026, 09:12 A: x",
            "1234567/05/2026, 09:12 - A: x",
            "+86 138 0013 8000: call",
            "[{\"a\":1}]",
        ];
        for line in table {
            assert_eq!(shown(line), "-", "{line}");
        }
    }
}

//! The text export of a `WhatsApp` chat, from Android or iOS, in whatever locale.
//!
//! A message is a header, `name: `, and text that may go on over lines. A header without a name
//! is a notice of the system. No word of any language decides anything.

mod calendar;
mod header;

use self::calendar::{Calendar, Evidence};
use self::header::{Header, is_mark};
use super::format::{Head, Sniff};
use super::input::{Input, Line, Lines, chomp, decode, read_fault, too_long};
use super::open::{Options, Place};
use super::{Entry, Record, Records};

/// A line longer than this is looked at in its beginning only, when headers are searched.
const MAX_HEADER: usize = 4096;

/// Sees a first line that starts a message, or messages later on.
pub(super) fn sniff(head: &Head<'_>) -> Option<Sniff> {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty()).peekable();
    let first = lines.peek().is_some_and(|line| header::parse(line).is_some());
    let named = lines.any(|line| header::parse(line).is_some_and(|header| split_sender(header.rest).is_some()));
    match (first, named) {
        (true, true) => Some(Sniff::sure("its lines start with a date, a time and a name")),
        (false, true) => Some(Sniff::likely("some lines start with a date, a time and a name")),
        _ => None,
    }
}

/// Opens an export. Where the beginning leaves the order of day and month open and the file can
/// be read twice, its headers are read first.
pub(super) fn open(input: Input, options: &Options, place: &Place) -> Box<dyn Records> {
    let mut evidence = Evidence::default();
    let style = Style::of(&input);
    for line in input.head_text().lines() {
        if let Some(header) = style.header(line) {
            evidence.add(&header);
        }
    }
    if !evidence.settled()
        && !input.complete
        && let Some(again) = place.again()
    {
        evidence = whole(again, style);
    }
    Box::new(WhatsApp {
        lines: Lines::new(input.stream),
        style,
        calendar: evidence.calendar(),
        conversation: place.title().to_owned(),
        raw: Vec::new(),
        current: None,
        fault: None,
        ended: false,
        max_record: options.max_record,
        max_text: options.max_text,
    })
}

/// What all headers say, until they have said enough or can't be read.
fn whole(input: Input, style: Style) -> Evidence {
    let mut evidence = Evidence::default();
    let mut lines = Lines::new(input.stream);
    let mut raw = Vec::new();
    while let Ok(Line::Whole | Line::TooLong) = lines.next_into(&mut raw, MAX_HEADER) {
        if let Some(header) = style.header(&decode(chomp(&raw)).0) {
            evidence.add(&header);
        }
        raw.clear();
        if evidence.settled() && lines.number > 1000 {
            break;
        }
    }
    evidence
}

/// Which headers a file has. Bracketed and bare ones come from different phones, so a line of
/// the other kind inside a file is a quotation, unless the file begins with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Bracketed,
    Bare,
    Either,
}

impl Style {
    fn of(input: &Input) -> Self {
        let text = input.head_text();
        let headers = text.lines().filter_map(header::parse);
        let (bracketed, bare): (Vec<_>, Vec<_>) =
            headers.map(|header| header.bracketed).partition(|bracketed| *bracketed);
        match (bracketed.len(), bare.len()) {
            (some, few) if some > 4 * few => Style::Bracketed,
            (few, some) if some > 4 * few => Style::Bare,
            _ => Style::Either,
        }
    }

    fn header(self, line: &str) -> Option<Header<'_>> {
        let header = header::parse(line)?;
        let fits = match self {
            Style::Bracketed => header.bracketed,
            Style::Bare => !header.bracketed,
            Style::Either => true,
        };
        fits.then_some(header)
    }
}

/// Splits `name: text`. A colon inside a name is kept as long as no space follows it.
fn split_sender(rest: &str) -> Option<(&str, &str)> {
    let colons = rest.match_indices(':').map(|(index, _)| index);
    for index in colons {
        let (name, after) = (&rest[..index], &rest[index + 1..]);
        let text = match after.chars().next() {
            Some(c) if c.is_whitespace() => &after[c.len_utf8()..],
            Some(c) if is_mark(c) => after,
            // A message that showed once leaves a full stop.
            None => after,
            Some('.') if after.trim_end() == "." => after,
            Some(_) => continue,
        };
        let name = trim_name(name);
        return (!name.is_empty()).then_some((name, text));
    }
    None
}

/// A name without spaces and invisible marks around it.
fn trim_name(name: &str) -> &str {
    name.trim_matches(|c: char| c.is_whitespace() || is_mark(c))
}

struct WhatsApp {
    lines: Lines,
    style: Style,
    calendar: Calendar,
    conversation: String,
    raw: Vec<u8>,
    /// The message that later lines may belong to.
    current: Option<Open>,
    /// What stopped the reading, to be told after the message before it.
    fault: Option<Entry>,
    ended: bool,
    max_record: usize,
    max_text: usize,
}

/// A message that may go on.
struct Open {
    record: Record,
    line: u64,
    lossy: bool,
    too_long: Option<String>,
}

impl Open {
    fn finish(mut self) -> Entry {
        let end = self.record.text.trim_end_matches('\n').len();
        self.record.text.truncate(end);
        let outcome = match self.too_long {
            Some(reason) => Err(reason),
            None => Ok(self.record),
        };
        Entry::new(self.line, self.lossy, outcome)
    }
}

impl Records for WhatsApp {
    fn next_entry(&mut self) -> Option<Entry> {
        while !self.ended {
            self.raw.clear();
            let cut = match self.lines.next_into(&mut self.raw, self.max_record) {
                Ok(Line::End) => {
                    self.ended = true;
                    break;
                }
                Ok(line) => line == Line::TooLong,
                Err(error) => {
                    self.fault = Some(Entry::fault(self.lines.number + 1, read_fault(&error)));
                    self.ended = true;
                    break;
                }
            };
            if let Some(entry) = self.take_line(cut) {
                return Some(entry);
            }
        }
        self.current.take().map(Open::finish).or_else(|| self.fault.take())
    }
}

impl WhatsApp {
    /// Takes the line in `raw`; gives the message before it, if the line starts a new one.
    fn take_line(&mut self, cut: bool) -> Option<Entry> {
        let number = self.lines.number;
        let (line, lossy) = decode(chomp(&self.raw));
        let too_long_line = cut.then(|| too_long("the line", self.max_record));
        if let Some(header) = self.style.header(&line) {
            let (sender, text) = match split_sender(header.rest) {
                Some((name, text)) => (Some(name.to_owned()), text),
                None => (None, header.rest),
            };
            let over = text.len() > self.max_text;
            let mut record = Record::new(if over { String::new() } else { text.to_owned() });
            record.service = sender.is_none();
            record.sender = sender;
            record.sent_at = Some(self.calendar.sent_at(&header));
            record.conversation = Some(self.conversation.clone());
            let too_long = too_long_line.or_else(|| over.then(|| too_long("the text", self.max_text)));
            let next = Open { record, line: number, lossy, too_long };
            return self.current.replace(next).map(Open::finish);
        }
        match &mut self.current {
            Some(open) => {
                open.lossy |= lossy;
                if open.too_long.is_some() {
                } else if too_long_line.is_some() {
                    open.too_long = too_long_line;
                    open.record.text = String::new();
                } else if open.record.text.len() + 1 + line.len() > self.max_text {
                    open.too_long = Some(too_long("the text", self.max_text));
                    open.record.text = String::new();
                } else {
                    open.record.text.push('\n');
                    open.record.text.push_str(&line);
                }
            }
            // Text before the first header: the rest of a message in a file that was cut.
            None if cut || !line.trim().is_empty() => {
                let over = line.len() > self.max_text;
                let mut record = Record::new(if over { String::new() } else { line.into_owned() });
                record.conversation = Some(self.conversation.clone());
                let too_long = too_long_line.or_else(|| over.then(|| too_long("the text", self.max_text)));
                self.current = Some(Open { record, line: number, lossy, too_long });
            }
            None => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let table = [
            ("Ana: hi", Some(("Ana", "hi"))),
            ("Shop:24h: hi: there", Some(("Shop:24h", "hi: there"))),
            ("Ana:", Some(("Ana", ""))),
            ("Ana:.", Some(("Ana", "."))),
            ("\u{202a}+86 138\u{202c}: hi", Some(("+86 138", "hi"))),
            ("\u{feff}Ana\u{feff}: \u{200e}hi", Some(("Ana", "\u{200e}hi"))),
            ("Ana joined", None),
            ("see https://a.b/c", None),
            (": hi", None),
        ];
        for (rest, expected) in table {
            assert_eq!(split_sender(rest), expected, "{rest}");
        }
    }
}

//! Tables with a header line: CSV, TSV and their cousins.
//!
//! The rows are taken apart here and not by the `csv` crate for one reason: a quote that is
//! never closed must not swallow the rest of the file, nor memory. A quoted field may go on over
//! lines until it reaches the limit of a text, the end of the file, or a place where another
//! quoted field begins; then the quote was no opening quote, and its line is read on its own.

use std::io;

use super::format::{Head, Sniff};
use super::input::{Input, Line, Lines, chomp, decode, read_fault, too_long};
use super::mapping::{self, Field, Found, NoColumn};
use super::open::{OpenError, Options};
use super::{Entry, Record, Records};

const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// How many rows are looked at for the delimiter.
const SAMPLE: usize = 50;

/// Sees a header with a column for the text, or rows of equal width.
pub(super) fn sniff(head: &Head<'_>) -> Option<Sniff> {
    let (_, text) = separator_line(&head.text);
    let shape = Shape::best(text, head)?;
    Some(if shape.has_text && shape.width > 1 {
        Sniff::sure("its header has a column for the text")
    } else if shape.has_text {
        Sniff::weak("its first line could be the name of a column")
    } else if shape.even && shape.rows > 1 && shape.width > 2 {
        Sniff::weak("its lines have equally many fields")
    } else {
        return None;
    })
}

/// What one delimiter makes of the head.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    has_text: bool,
    even: bool,
    width: usize,
    rows: usize,
    /// The earlier delimiter wins a tie.
    preference: std::cmp::Reverse<usize>,
}

impl Shape {
    fn best(text: &str, head: &Head<'_>) -> Option<Shape> {
        let shapes = (0..DELIMITERS.len()).filter_map(|index| Shape::of(text, head, index));
        shapes.max()
    }

    fn of(text: &str, head: &Head<'_>, preference: usize) -> Option<Shape> {
        let mut row = Row::new(DELIMITERS[preference]);
        let mut widths = Vec::new();
        let mut has_text = false;
        for line in text.split_inclusive('\n') {
            if !row.open() {
                row.clear();
            }
            row.feed(line.as_bytes());
            if row.open() || (row.width() == 1 && row.field(0).is_empty()) {
                continue;
            }
            if widths.is_empty() {
                let names: Vec<_> = row.fields().map(|name| decode(name).0).collect();
                has_text = mapping::has_text(&names, head.mapping);
            }
            widths.push(row.width());
            if widths.len() == SAMPLE {
                break;
            }
        }
        if widths.len() > 1 && !head.complete && widths.len() < SAMPLE {
            // The last row may be cut.
            widths.pop();
        }
        let width = *widths.first()?;
        let even = width > 1 && widths.iter().all(|other| *other == width);
        let preference = std::cmp::Reverse(preference);
        Some(Shape { has_text, even, width, rows: widths.len(), preference })
    }

    fn delimiter(&self) -> u8 {
        DELIMITERS[self.preference.0]
    }
}

/// The delimiter that a spreadsheet's first line `sep=;` names, and the text after it.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    if let Some(rest) = text.strip_prefix("sep=") {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let [delimiter] = line.as_bytes() {
            return (Some(*delimiter), after);
        }
    }
    (None, text)
}

/// Opens a table, delimited as asked or as the head shows.
pub(super) fn open(
    input: Input,
    options: &Options,
    name: &str,
    delimiter: Option<u8>,
) -> Result<Box<dyn Records>, OpenError> {
    let (named, delimiter) = {
        let text = input.head_text();
        let (named, text) = separator_line(&text);
        let head = Head { text: text.into(), complete: input.complete, mapping: &options.mapping };
        let found = || Shape::best(&head.text, &head).map_or(b',', |shape| shape.delimiter());
        (named.is_some(), delimiter.or(named).unwrap_or_else(found))
    };
    let mut rows = Rows::new(Lines::new(input.stream), delimiter, options);
    if named {
        rows.skip_line().map_err(|error| OpenError::new(name, read_fault(&error), String::new()))?;
    }
    let header = match rows.next_row() {
        Some((_, Ok(()))) => rows.row.fields().map(|name| decode(name).0.trim().to_owned()).collect(),
        _ => Vec::new(),
    };
    let columns = match mapping::choose(&header, &options.mapping) {
        Ok(columns) => columns,
        Err(NoColumn::Tie(tied)) => return Err(OpenError::text_tie(name, "columns", &tied)),
        Err(no) => {
            let fault = match no {
                NoColumn::Mapped { field, wanted } => {
                    format!("it has no column `{wanted}` for {field}")
                }
                _ => "no column can be told to be the text".to_owned(),
            };
            let mut shown = header.clone();
            shown.truncate(40);
            return Err(OpenError::new(
                name,
                format!("{fault}; its columns are {}", shown.join(", ")),
                format!("name one with --map, such as --map {}=COLUMN", Field::Text),
            ));
        }
    };
    Ok(Box::new(Table { rows, header, columns, max_text: options.max_text }))
}

struct Table {
    rows: Rows,
    header: Vec<String>,
    /// The text comes first.
    columns: Vec<Found>,
    max_text: usize,
}

impl Records for Table {
    fn next_entry(&mut self) -> Option<Entry> {
        let (line, found) = self.rows.next_row()?;
        match found {
            Ok(()) => {
                let mut lossy = false;
                let outcome = self.record(&mut lossy);
                Some(Entry::new(line, lossy, outcome))
            }
            Err(RowFault::TooLong(reason)) => Some(Entry::new(line, false, Err(reason))),
            Err(RowFault::Io(error)) => Some(Entry::fault(line, read_fault(&error))),
        }
    }
}

impl Table {
    fn record(&self, lossy: &mut bool) -> Result<Record, String> {
        let row = &self.rows.row;
        let mut record = Record::new(String::new());
        for found in &self.columns {
            if found.column >= row.width() {
                if found.field == Field::Text {
                    let name = self.header.get(found.column).map_or("", String::as_str);
                    let (have, number) = (row.width(), found.column + 1);
                    return Err(format!("the row has {have} fields, and `{name}` is number {number}"));
                }
                continue;
            }
            let raw = row.field(found.column);
            if raw.len() > self.max_text {
                return Err(too_long(found.field.name(), self.max_text));
            }
            let (value, mended) = decode(raw);
            *lossy |= mended;
            mapping::put(&mut record, found.field, value.into_owned());
        }
        Ok(record)
    }
}

/// One row in the making: fields without their quotes.
struct Row {
    delimiter: u8,
    bytes: Vec<u8>,
    /// Where each field ends in `bytes`.
    ends: Vec<usize>,
    /// Inside a quoted field that goes on in the next line.
    quoted: bool,
}

impl Row {
    fn new(delimiter: u8) -> Self {
        Row { delimiter, bytes: Vec::new(), ends: Vec::new(), quoted: false }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.quoted = false;
    }

    fn open(&self) -> bool {
        self.quoted
    }

    fn width(&self) -> usize {
        self.ends.len()
    }

    fn field(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.width()).map(|index| self.field(index))
    }

    /// The length of the field in the making.
    fn open_length(&self) -> usize {
        self.bytes.len() - self.ends.last().copied().unwrap_or(0)
    }

    /// Takes a line, with its line feed. Tells whether the open quote can't have been one:
    /// another quoted field begins inside.
    fn feed(&mut self, line: &[u8]) -> bool {
        let content = chomp(line);
        let mut continued = self.quoted;
        let mut at = if continued { 0 } else { self.begin_field(content, 0) };
        loop {
            if !self.quoted {
                let end = memchr::memchr(self.delimiter, &content[at..]).map(|found| at + found);
                self.bytes.extend_from_slice(&content[at..end.unwrap_or(content.len())]);
                self.ends.push(self.bytes.len());
                let Some(end) = end else { return false };
                at = self.begin_field(content, end + 1);
                continue;
            }
            let Some(found) = memchr::memchr(b'"', &content[at..]) else {
                self.bytes.extend_from_slice(&line[at..]);
                return false;
            };
            let quote = at + found;
            let next = content.get(quote + 1).copied();
            self.bytes.extend_from_slice(&content[at..quote]);
            at = quote + 1;
            if next == Some(b'"') {
                self.bytes.push(b'"');
                at += 1;
            } else if next.is_none() || next == Some(self.delimiter) {
                self.quoted = false;
                continued = false;
            } else if continued && (quote == 0 || content[quote - 1] == self.delimiter) {
                return true;
            } else {
                self.bytes.push(b'"');
            }
        }
    }

    /// Where the field that starts at `at` has its first byte.
    fn begin_field(&mut self, content: &[u8], at: usize) -> usize {
        self.quoted = content.get(at) == Some(&b'"');
        at + usize::from(self.quoted)
    }

    /// Takes a line of which a quoted field is known not to close: it ends with the line.
    fn feed_unclosed(&mut self, line: &[u8]) {
        self.clear();
        self.feed(line);
        if self.quoted {
            self.quoted = false;
            let end = chomp(&self.bytes).len().max(self.ends.last().copied().unwrap_or(0));
            self.bytes.truncate(end);
            self.ends.push(end);
        }
    }
}

enum RowFault {
    TooLong(String),
    Io(io::Error),
}

/// Rows out of lines, with the lines of a quote that never closed given back.
struct Rows {
    lines: Lines,
    /// Lines given back, from `given` on.
    back: Vec<u8>,
    given: usize,
    /// The line read last.
    number: u64,
    /// The lines of the row in the making.
    raw: Vec<u8>,
    row: Row,
    /// Up to this line no quote that opens and stays open at the end of its line closes. It
    /// keeps a file full of such quotes from being read over and over.
    unclosed_until: u64,
    max_text: usize,
    max_record: usize,
}

impl Rows {
    fn new(lines: Lines, delimiter: u8, options: &Options) -> Self {
        Rows {
            lines,
            back: Vec::new(),
            given: 0,
            number: 0,
            raw: Vec::new(),
            row: Row::new(delimiter),
            unclosed_until: 0,
            max_text: options.max_text,
            max_record: options.max_record,
        }
    }

    fn skip_line(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.take_line().map(|_| ())
    }

    /// Appends the next line to `raw`.
    fn take_line(&mut self) -> io::Result<Line> {
        let back = &self.back[self.given..];
        if back.is_empty() {
            let found = self.lines.next_into(&mut self.raw, self.max_record)?;
            self.number += u64::from(found != Line::End);
            return Ok(found);
        }
        let length = memchr::memchr(b'\n', back).map_or(back.len(), |at| at + 1);
        self.raw.extend_from_slice(&back[..length]);
        self.given += length;
        self.number += 1;
        Ok(Line::Whole)
    }

    /// Gives back what `raw` holds after its first line.
    fn give_back(&mut self, first_length: usize) {
        let back = self.raw.len() - first_length;
        if back <= self.given {
            self.given -= back;
        } else {
            // Lines from the stream are only read once those given back are used up.
            self.back.clear();
            self.back.extend_from_slice(&self.raw[first_length..]);
            self.given = 0;
        }
    }

    /// Reads the next row that is not blank into `row`; gives its first line.
    fn next_row(&mut self) -> Option<(u64, Result<(), RowFault>)> {
        loop {
            self.raw.clear();
            self.row.clear();
            match self.take_line() {
                Ok(Line::End) => return None,
                Ok(Line::TooLong) => return Some((self.number, Err(self.too_long()))),
                Err(error) => return Some((self.number + 1, Err(RowFault::Io(error)))),
                Ok(Line::Whole) => {}
            }
            if !chomp(&self.raw).iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        let first = self.number;
        let first_length = self.raw.len();
        self.row.feed(&self.raw);
        while self.row.open() {
            let start = self.raw.len();
            let mut closes = first > self.unclosed_until;
            if closes {
                match self.take_line() {
                    Ok(Line::Whole) => {
                        let stray = self.row.feed(&self.raw[start..]);
                        let over = self.row.open()
                            && (self.row.open_length() > self.max_text || self.raw.len() > self.max_record);
                        closes = !stray && !over;
                        if !closes {
                            self.unclosed_until = self.number - u64::from(stray);
                        }
                    }
                    Ok(Line::End) => {
                        closes = false;
                        self.unclosed_until = self.number;
                    }
                    Ok(Line::TooLong) => return Some((first, Err(self.too_long()))),
                    Err(error) => return Some((first, Err(RowFault::Io(error)))),
                }
            }
            if !closes {
                self.give_back(first_length);
                self.number = first;
                self.row.feed_unclosed(&self.raw[..first_length]);
            }
        }
        Some((first, Ok(())))
    }

    fn too_long(&self) -> RowFault {
        RowFault::TooLong(too_long("the row", self.max_record))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// All rows of a text, with the line of each.
    fn rows(text: &str, max_text: usize) -> Vec<(u64, Vec<String>)> {
        let lines = Lines::new(Box::new(Cursor::new(text.as_bytes().to_vec())));
        let mut rows = Rows::new(lines, b',', &Options::new().max_text(max_text));
        let mut found = Vec::new();
        while let Some((line, Ok(()))) = rows.next_row() {
            found.push((line, rows.row.fields().map(|field| decode(field).0.into_owned()).collect()));
        }
        found
    }

    fn plain(rows: &[(u64, Vec<String>)]) -> Vec<(u64, String)> {
        rows.iter().map(|(line, fields)| (*line, fields.join("|"))).collect()
    }

    #[test]
    fn quotes() {
        let table: [(&str, &[(u64, &str)]); 8] = [
            ("a,b\n\n1,\n", &[(1, "a|b"), (3, "1|")]),
            ("\"a,\"\"b\"\"\",c\r\nd,e\r\n", &[(1, "a,\"b\"|c"), (2, "d|e")]),
            ("\"two\r\nlines\",x\ny,z", &[(1, "two\r\nlines|x"), (3, "y|z")]),
            ("a,\"says \"hi\" there\",b\n", &[(1, "a|says \"hi\" there|b")]),
            ("a,\"open\nb,c\n", &[(1, "a|open"), (2, "b|c")]),
            ("a,\"open, too\nb,\"c\"\nd,e\n", &[(1, "a|open, too"), (2, "b|c"), (3, "d|e")]),
            ("a,\"open\n\"b\",\"c\"\n", &[(1, "a|open"), (2, "b|c")]),
            ("a,\"open", &[(1, "a|open")]),
        ];
        for (text, expected) in table {
            let expected: Vec<_> = expected.iter().map(|(line, row)| (*line, (*row).to_owned())).collect();
            assert_eq!(plain(&rows(text, 1000)), expected, "{text:?}");
        }
    }

    #[test]
    fn an_open_quote_is_bounded() {
        let mut text = String::from("x,\"open\n");
        text.extend((0..1000).map(|number| format!("{number},row\n")));
        let found = rows(&text, 200);
        assert_eq!(found.len(), 1001);
        assert_eq!(found[1000], (1001, vec!["999".to_owned(), "row".to_owned()]));
    }

    #[test]
    fn many_open_quotes_take_linear_time() {
        let text = "x,\"\"\"open\n".repeat(200_000);
        assert_eq!(rows(&text, 1 << 20).len(), 200_000);
    }
}

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
        let continued = self.quoted;
        let mut field_start = 0;
        let mut at = 0;
        loop {
            if self.quoted {
                let Some(found) = memchr::memchr(b'"', &content[at..]) else {
                    self.bytes.extend_from_slice(&line[at..]);
                    return false;
                };
                let quote = at + found;
                self.bytes.extend_from_slice(&content[at..quote]);
                let next = content.get(quote + 1).copied();
                at = quote + 1;
                if next == Some(b'"') {
                    self.bytes.push(b'"');
                    at += 1;
                } else if next.is_none() || next == Some(self.delimiter) {
                    self.quoted = false;
                } else {
                    let begins = quote == 0 || content[quote - 1] == self.delimiter;
                    if continued && begins && field_start == 0 {
                        return true;
                    }
                    self.bytes.push(b'"');
                }
                continue;
            }
            let end = memchr::memchr(self.delimiter, &content[at..]).map(|found| at + found);
            self.bytes.extend_from_slice(&content[at..end.unwrap_or(content.len())]);
            if at < content.len() || end.is_some() || !self.fresh(continued, field_start, at) {}
            self.ends.push(self.bytes.len());
            let Some(end) = end else { return false };
            at = end + 1;
            field_start = at;
            if content.get(at) == Some(&b'"') {
                self.quoted = true;
                at += 1;
            }
        }
    }
}

//! The formats, and how one is chosen for a file.

use std::fmt;
use std::str::FromStr;

use super::input::Input;
use super::mapping::Mapping;
use super::open::{OpenError, Options, Place};
use super::{Records, csv, json, jsonl, telegram, whatsapp};

/// A format of exported chats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON Lines: one object a line.
    JsonLines,
    /// An array of JSON objects, or objects one after the other.
    Json,
    /// A table with a header; the delimiter is found.
    Csv,
    /// A table with a header, delimited by tabs.
    Tsv,
    /// The text export of a `WhatsApp` chat.
    WhatsApp,
    /// `result.json` of Telegram Desktop: one chat or the full account.
    Telegram,
}

/// A format's name and its two functions. A new format is a row here and a file.
struct Row {
    format: Format,
    name: &'static str,
    /// Files that end so are of this format when nothing inside decides.
    endings: &'static [&'static str],
    sniff: fn(&Head<'_>) -> Option<Sniff>,
    open: fn(Input, &Options, &Place) -> Opened,
}

/// What opening a format comes to.
pub(super) type Opened = Result<Box<dyn Records>, OpenError>;

/// The formats; at equal confidence the earlier row wins.
const ROWS: [Row; 6] = [
    Row {
        format: Format::Telegram,
        name: "telegram",
        endings: &[],
        sniff: telegram::sniff,
        open: |input, options, _| Ok(telegram::open(input, options)),
    },
    Row {
        format: Format::JsonLines,
        name: "jsonl",
        endings: &[".jsonl", ".ndjson"],
        sniff: jsonl::sniff,
        open: |input, options, place| jsonl::open(input, options, &place.name),
    },
    Row {
        format: Format::Json,
        name: "json",
        endings: &[".json"],
        sniff: json::sniff,
        open: |input, options, place| json::open(input, options, &place.name),
    },
    Row {
        format: Format::Csv,
        name: "csv",
        endings: &[".csv"],
        sniff: csv::sniff,
        open: |input, options, place| csv::open(input, options, &place.name, None),
    },
    Row {
        format: Format::Tsv,
        name: "tsv",
        endings: &[".tsv", ".tab"],
        sniff: |_| None,
        open: |input, options, place| csv::open(input, options, &place.name, Some(b'\t')),
    },
    Row {
        format: Format::WhatsApp,
        name: "whatsapp",
        endings: &[],
        sniff: whatsapp::sniff,
        open: |input, options, place| Ok(whatsapp::open(input, options, place)),
    },
];

impl Format {
    /// All formats.
    pub const ALL: [Format; 6] =
        [Format::JsonLines, Format::Json, Format::Csv, Format::Tsv, Format::WhatsApp, Format::Telegram];

    /// The name, as `--input-format` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.format == self)
    }

    /// Opens an input as this format.
    pub(super) fn open(self, input: Input, options: &Options, place: &Place) -> Opened {
        match self.row() {
            Some(row) => (row.open)(input, options, place),
            None => Err(OpenError::unknown(&place.name, "")),
        }
    }

    /// The format of an input and why it is this one.
    pub(super) fn detect(head: &Head<'_>, place: &Place) -> Result<(Format, String), OpenError> {
        let mut seen: Vec<(Sniff, &Row)> = ROWS.iter().filter_map(|row| Some(((row.sniff)(head)?, row))).collect();
        seen.sort_by_key(|(sniff, _)| std::cmp::Reverse(sniff.confidence));
        let name = place.name.to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ending = ROWS.iter().find_map(|row| {
            let ending = row.endings.iter().find(|ending| name.ends_with(**ending))?;
            Some((row, *ending))
        });
        match (seen.first(), ending) {
            (Some((sniff, _)), Some((row, ending))) if sniff.confidence == Confidence::Weak => {
                Ok((row.format, format!("its name ends in {ending}")))
            }
            (Some((sniff, row)), _) => {
                let mut why = sniff.why.to_owned();
                let rival = seen.get(1).filter(|(other, _)| other.confidence == sniff.confidence);
                if let Some((other, rival)) = rival {
                    why = format!("{why} (also possible: {}, {})", rival.name, other.why);
                }
                Ok((row.format, why))
            }
            (None, Some((row, ending))) => Ok((row.format, format!("its name ends in {ending}"))),
            (None, None) => Err(OpenError::unknown(&place.name, &head.text)),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let known = Format::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

/// A name that is no format's; it lists those that are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFormat {
    name: String,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no format is called `{}`; there are {}", self.name, names())
    }
}

impl std::error::Error for UnknownFormat {}

/// The names of all formats.
pub(super) fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}

/// The beginning of a file, for a look.
pub(super) struct Head<'a> {
    pub(super) text: std::borrow::Cow<'a, str>,
    /// Whether this is the whole file.
    pub(super) complete: bool,
    pub(super) mapping: &'a Mapping,
}

impl Head<'_> {
    /// The lines; the last only if it is known to be whole.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        let end = match self.text.rfind('\n') {
            Some(end) if !self.complete => end,
            _ => self.text.len(),
        };
        self.text[..end].lines()
    }
}

/// How much the beginning of a file says for a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confidence {
    /// It could be; the name of the file weighs more.
    Weak,
    Likely,
    Sure,
}

/// What a format saw in the beginning of a file.
pub(super) struct Sniff {
    confidence: Confidence,
    why: &'static str,
}

impl Sniff {
    pub(super) fn sure(why: &'static str) -> Self {
        Sniff { confidence: Confidence::Sure, why }
    }

    pub(super) fn likely(why: &'static str) -> Self {
        Sniff { confidence: Confidence::Likely, why }
    }

    pub(super) fn weak(why: &'static str) -> Self {
        Sniff { confidence: Confidence::Weak, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_back() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>(), Ok(format));
            assert!(format.row().is_some());
        }
        assert_eq!(ROWS.len(), Format::ALL.len());
        assert_eq!("JSONL".parse::<Format>(), Ok(Format::JsonLines));
        let error = "xml".parse::<Format>().expect_err("no such format");
        assert_eq!(error.to_string(), "no format is called `xml`; there are jsonl, json, csv, tsv, whatsapp, telegram");
    }
}

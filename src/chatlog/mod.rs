//! Readers of exported chats: one file a format, one trait, one record at a time.
//!
//! [`open`] takes a path, [`read`] any reader (a pipe too: detection looks at the first 64 KiB
//! and never seeks). Both give a [`Reader`], an iterator of [`Item`]s: a [`Record`] per message,
//! or a [`Skipped`] that says where and why. Nothing is lost in silence: records read plus
//! records skipped are the records of the file.
//!
//! | name | what | how it is told apart |
//! |---|---|---|
//! | `jsonl` | one JSON object a line | a line that is a whole object |
//! | `json` | an array of objects, or objects one after the other | `[` then `{`; an object over several lines |
//! | `csv`, `tsv` | a header line, then rows; `,` `;` tab or `\|` | a column whose name means the text |
//! | `whatsapp` | the text export of a chat, from Android or iOS, in any locale | lines that start with a date, a time and `name: ` |
//! | `telegram` | `result.json`, one chat or the whole account | `chats.list`, or `messages` of Telegram's shape |
//!
//! Each may be compressed with gzip and may be UTF-8 or, with a byte order mark, UTF-16.
//!
//! Memory is bounded by one record, whatever the file: [`Options::max_record`] and
//! [`Options::max_text`] refuse a longer one as a skipped record, and the rest is still read.
//!
//! A chat in a text format can't be split with certainty: a message may hold a line that looks
//! like the header of another message, and nothing in the file proves otherwise.
//!
//! # Example
//!
//! ```
//! use queja::chatlog::{self, Item, Options};
//!
//! let export = "\
//! [13/05/2026, 09:12:00] Ana: is it still for sale?
//! [13/05/2026, 09:12:40] Shop: yes
//! two are left
//! ";
//! let mut chat = chatlog::read(export.as_bytes(), "chat.txt", &Options::new())?;
//! assert_eq!(chat.format().name(), "whatsapp");
//!
//! let Some(Item::Record(first)) = chat.next() else { panic!("a record") };
//! assert_eq!(first.sender.as_deref(), Some("Ana"));
//! assert_eq!(first.sent_at.as_deref(), Some("2026-05-13T09:12:00"));
//!
//! let Some(Item::Record(second)) = chat.next() else { panic!("a record") };
//! assert_eq!(second.text, "yes\ntwo are left");
//! assert_eq!(second.source.line, Some(2));
//! # Ok::<(), chatlog::OpenError>(())
//! ```

mod csv;
mod format;
mod input;
mod json;
mod json_scan;
mod jsonl;
mod mapping;
mod open;
mod telegram;
mod time;
mod whatsapp;

use std::fmt;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use self::format::{Format, UnknownFormat};
pub use self::mapping::{Field, Mapping, MappingError};
pub use self::open::{OpenError, Options, open, read};

/// One message of an exported chat, as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Where the record stands.
    pub source: Source,
    /// The file's own identifier of the message; numbers are rendered as text.
    pub id: Option<String>,
    /// The conversation: an identifier or a title; for a text export the name of the file.
    pub conversation: Option<String>,
    /// The sender as the file names them, without invisible marks around the name.
    pub sender: Option<String>,
    /// The sender's role, as the file has it.
    pub role: Option<String>,
    /// When it was sent: ISO 8601, with `Z` or an offset where the file knows one, local without;
    /// or the text of the file where its meaning can't be decided.
    pub sent_at: Option<String>,
    /// The state of the order, as the file has it.
    pub order_state: Option<String>,
    /// The language, as the file has it.
    pub lang: Option<String>,
    /// The text that was visible; empty where there was none (a photo, a service message).
    pub text: String,
    /// What was linked but not visible.
    pub hidden: Vec<Hidden>,
    /// Whether the structure of the file says that this is a notice of the system: a line
    /// without a sender, or a record of a service type. Never decided by words.
    pub service: bool,
}

impl Record {
    /// An empty record; the reader fills in the source.
    fn new(text: String) -> Self {
        Record {
            source: Source { file: Arc::from(""), member: None, record: 0, line: None },
            id: None,
            conversation: None,
            sender: None,
            role: None,
            sent_at: None,
            order_state: None,
            lang: None,
            text,
            hidden: Vec::new(),
            service: false,
        }
    }
}

/// A target that a message holds without showing it: a link behind other words, the account
/// behind a name, the number on a contact card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// What was visible.
    pub label: String,
    /// What is behind it.
    pub target: String,
}

/// Where a record stands. Serialises as the `source` of the output contract: absent parts are
/// left out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The file, as it was named to [`open`] or [`read`].
    pub file: Arc<str>,
    /// The member of an archive.
    pub member: Option<Arc<str>>,
    /// The number of the record in the file, from 0; skipped records count.
    pub record: u64,
    /// The line on which the record starts, from 1.
    pub line: Option<u64>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(member) = &self.member {
            write!(f, "!{member}")?;
        }
        match self.line {
            Some(line) => write!(f, ":{line}"),
            None => write!(f, ", record {}", self.record),
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let parts = 2 + usize::from(self.member.is_some()) + usize::from(self.line.is_some());
        let mut out = serializer.serialize_struct("Source", parts)?;
        out.serialize_field("file", &*self.file)?;
        if let Some(member) = &self.member {
            out.serialize_field("member", &**member)?;
        }
        out.serialize_field("record", &self.record)?;
        if let Some(line) = &self.line {
            out.serialize_field("line", line)?;
        }
        out.end()
    }
}

/// A record that could not be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Where it stands.
    pub source: Source,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.reason)
    }
}

/// What a [`Reader`] gives for each record of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A record.
    Record(Record),
    /// A record that could not be read.
    Skipped(Skipped),
}

/// The one trait that a format implements.
trait Records: Send {
    /// The next record of the file, or `None` after the last.
    fn next_entry(&mut self) -> Option<Entry>;
}

/// One record on its way from a format to the [`Reader`], which adds file and number.
struct Entry {
    line: u64,
    /// Bytes that are no UTF-8 were replaced.
    lossy: bool,
    /// Nothing can be read after this.
    last: bool,
    outcome: Result<Record, String>,
}

impl Entry {
    fn new(line: u64, lossy: bool, outcome: Result<Record, String>) -> Self {
        Entry { line, lossy, last: false, outcome }
    }

    /// The rest of the file can't be read.
    fn fault(line: u64, reason: String) -> Self {
        Entry { line, lossy: false, last: true, outcome: Err(reason) }
    }
}

/// An open chat: an iterator of [`Item`]s in the order of the file.
pub struct Reader {
    file: Arc<str>,
    format: Format,
    why: String,
    records: Box<dyn Records>,
    replaced: input::Replaced,
    read: u64,
    skipped: u64,
    lossy: u64,
    fault: Option<String>,
    done: bool,
}

impl Reader {
    /// The format that is being read.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Why this format was chosen: asked for, or what was seen in the file.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// How many records have been read so far.
    #[must_use]
    pub fn read_count(&self) -> u64 {
        self.read
    }

    /// How many records have been skipped so far.
    #[must_use]
    pub fn skipped_count(&self) -> u64 {
        self.skipped
    }

    /// In how many places bytes that are not valid text were replaced by U+FFFD so far: records
    /// for UTF-8, blocks of the input for UTF-16.
    #[must_use]
    pub fn lossy_count(&self) -> u64 {
        self.lossy + self.replaced.count()
    }

    /// Why reading ended before the end of the file, where it did: a truncated archive, a disk
    /// error, a document that breaks off. The last item was then a [`Skipped`] that says so.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }
}

impl Iterator for Reader {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        if self.done {
            return None;
        }
        let Some(entry) = self.records.next_entry() else {
            self.done = true;
            return None;
        };
        let source = Source {
            file: Arc::clone(&self.file),
            member: None,
            record: self.read + self.skipped,
            line: Some(entry.line),
        };
        self.lossy += u64::from(entry.lossy);
        self.done = entry.last;
        Some(match entry.outcome {
            Ok(mut record) => {
                self.read += 1;
                record.source = source;
                Item::Record(record)
            }
            Err(reason) => {
                self.skipped += 1;
                if entry.last {
                    self.fault = Some(reason.clone());
                }
                Item::Skipped(Skipped { source, reason })
            }
        })
    }
}

impl std::iter::FusedIterator for Reader {}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("file", &self.file)
            .field("format", &self.format)
            .field("why", &self.why)
            .field("read", &self.read)
            .field("skipped", &self.skipped)
            .field("lossy", &self.lossy_count())
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

//! Opening: options, the two entrances, and what can go wrong before the first record.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Reader;
use super::format::{Format, Head, names};
use super::input::{Bytes, Input};
use super::mapping::{Field, Mapping};

/// How a chat is to be read. The default detects the format and maps nothing.
#[derive(Clone, Debug)]
pub struct Options {
    pub(super) format: Option<Format>,
    pub(super) mapping: Mapping,
    pub(super) max_text: usize,
    pub(super) max_record: usize,
}

impl Options {
    /// Detection, no mapping, texts up to 1 MiB, records up to 16 MiB.
    #[must_use]
    pub fn new() -> Self {
        Options { format: None, mapping: Mapping::new(), max_text: 1 << 20, max_record: 16 << 20 }
    }

    /// The format, instead of detecting it.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// The columns or keys of fields, for the formats without fixed ones; on top of those that
    /// were set before.
    #[must_use]
    pub fn map(mut self, mapping: &Mapping) -> Self {
        self.mapping = self.mapping.merged(mapping);
        self
    }

    /// The longest text of a record in bytes. The default is 1 MiB; a longer one is skipped.
    #[must_use]
    pub fn max_text(mut self, bytes: usize) -> Self {
        self.max_text = bytes;
        self
    }

    /// The longest record in bytes of the file, once unpacked and in UTF-8. The default is
    /// 16 MiB; a longer one is skipped.
    #[must_use]
    pub fn max_record(mut self, bytes: usize) -> Self {
        self.max_record = bytes;
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Options::new()
    }
}

/// Where an input comes from.
pub(super) struct Place {
    pub(super) name: Arc<str>,
    /// A regular file, which can be read once more.
    pub(super) path: Option<PathBuf>,
}

impl Place {
    /// The input from its start, if it can be had again.
    pub(super) fn again(&self) -> Option<Input> {
        let file = File::open(self.path.as_ref()?).ok()?;
        Input::new(Box::new(file)).ok()
    }

    /// The name without folders and without the endings of packed and text files.
    pub(super) fn title(&self) -> &str {
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name);
        let name = name.strip_suffix(".gz").unwrap_or(name);
        name.strip_suffix(".txt").unwrap_or(name)
    }
}

/// Opens a file.
///
/// # Errors
///
/// When the file is missing, empty or a folder, when its format can't be told, or when a table
/// has no column for the text.
///
/// # Example
///
/// ```no_run
/// use queja::chatlog::{self, Item, Mapping, Options};
///
/// let mapping: Mapping = "text=body,sender=author.name".parse()?;
/// let mut chat = chatlog::open("chats.jsonl.gz", &Options::new().map(&mapping))?;
/// for item in &mut chat {
///     match item {
///         Item::Record(record) => println!("{}", record.text),
///         Item::Skipped(skipped) => eprintln!("{skipped}"),
///     }
/// }
/// println!("{} read, {} skipped", chat.read_count(), chat.skipped_count());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn open(path: impl AsRef<Path>, options: &Options) -> Result<Reader, OpenError> {
    let path = path.as_ref();
    let name = path.to_string_lossy();
    let file = File::open(path).map_err(|error| OpenError::io(&name, error))?;
    let kind = file.metadata().map_err(|error| OpenError::io(&name, error))?;
    if kind.is_dir() {
        let cure = "name the files in it";
        return Err(OpenError::new(&name, "it is a folder, not a file".to_owned(), cure.to_owned()));
    }
    let again = kind.is_file().then(|| path.to_owned());
    start(Box::new(file), Place { name: Arc::from(&*name), path: again }, options)
}

/// Opens a reader, such as standard input; `name` stands for it in records and messages, and its
/// ending may help to tell the format.
///
/// # Errors
///
/// As for [`open`].
pub fn read(reader: impl Read + Send + 'static, name: &str, options: &Options) -> Result<Reader, OpenError> {
    start(Box::new(reader), Place { name: Arc::from(name), path: None }, options)
}

fn start(bytes: Bytes, place: Place, options: &Options) -> Result<Reader, OpenError> {
    let input = Input::new(bytes).map_err(|error| OpenError::io(&place.name, error))?;
    let (format, why) = {
        let text = input.head_text();
        if input.complete && text.trim().is_empty() {
            let cure = "export the chat again".to_owned();
            return Err(OpenError::new(&place.name, "it is empty".to_owned(), cure));
        }
        let head = Head { text, complete: input.complete, mapping: &options.mapping };
        match options.format {
            Some(format) => (format, "it was asked for".to_owned()),
            None => Format::detect(&head, &place)?,
        }
    };
    let replaced = input.replaced.clone();
    Ok(Reader {
        records: format.open(input, options, &place)?,
        file: place.name,
        format,
        why,
        replaced,
        read: 0,
        skipped: 0,
        lossy: 0,
        fault: None,
        done: false,
    })
}

/// Why a chat can't be opened: the place, the fault and the cure.
#[derive(Debug)]
pub struct OpenError {
    place: String,
    fault: String,
    cure: String,
    source: Option<io::Error>,
}

impl OpenError {
    pub(super) fn new(place: &str, fault: String, cure: String) -> Self {
        OpenError { place: place.to_owned(), fault, cure, source: None }
    }

    fn io(place: &str, error: io::Error) -> Self {
        let cure = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check that you may read it",
            _ => "check that it is whole, and export or copy it again",
        };
        let fault = format!("it can't be read: {error}");
        OpenError { source: Some(error), ..OpenError::new(place, fault, cure.to_owned()) }
    }

    /// Nothing is known that looks like this.
    pub(super) fn unknown(place: &str, head: &str) -> Self {
        let (fault, cure) = if head.starts_with("PK\u{3}\u{4}") {
            ("it is a zip archive", "unpack it and name the chat in it".to_owned())
        } else if head.contains('\0') {
            ("it looks like a binary file", "export the chat as text or JSON".to_owned())
        } else {
            ("its format can't be told", format!("name it with --input-format; there are {}", names()))
        };
        OpenError::new(place, fault.to_owned(), cure)
    }

    /// Several columns or keys may be the text.
    pub(super) fn text_tie(place: &str, what: &str, tied: &[String]) -> Self {
        let all = tied.join(", ");
        let first = tied.first().map_or("", String::as_str);
        OpenError::new(
            place,
            format!("several {what} may be the text: {all}"),
            format!("choose one, such as --map {}={first}", Field::Text),
        )
    }

    /// Where it happened: the file as it was named.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &str {
        &self.fault
    }

    /// What to do about it.
    #[must_use]
    pub fn cure(&self) -> &str {
        &self.cure
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.place, self.fault, self.cure)
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|error| error as _)
    }
}

//! Records of all inputs, in batches of bounded size.

use std::io::stdin;

use queja::Conversation;
use queja::chatlog::{self, Item, OpenError, Options, Reader, Record};

use crate::paths::Input;
use crate::trouble::tell;

/// A batch ends at so many records, or so many bytes of text.
const MOST_RECORDS: usize = 1024;
const MOST_BYTES: usize = 4 << 20;
/// Records without a conversation, handed out so many at a time.
const LOOSE: usize = 128;
/// How many skipped records and unreadable files are told one by one.
const TOLD: u64 = 20;

/// Records that are assessed in order by one thread: a conversation, or a part of one, or
/// records that belong to none.
pub struct Group {
    pub records: Vec<Record>,
    /// What is remembered of the same conversation from the batch before.
    pub memory: Option<Conversation>,
}

impl Group {
    pub fn is_conversation(&self) -> bool {
        self.records.first().is_some_and(|record| record.conversation.is_some())
    }
}

/// Consecutive records.
#[derive(Default)]
pub struct Batch {
    pub groups: Vec<Group>,
    /// Whether the first group goes on with the last conversation of the batch before.
    pub continues: bool,
}

/// What was read, once all is.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub read: u64,
    pub skipped: u64,
    /// Records with bytes that are no valid text.
    pub lossy: u64,
    /// Inputs that could not be opened.
    pub unopened: u64,
}

/// Reads all inputs one after the other. What can't be read is told and counted.
pub struct Feed {
    inputs: std::vec::IntoIter<Input>,
    options: Options,
    reader: Option<Reader>,
    /// The first record of the next batch.
    next: Option<Record>,
    counts: Counts,
}

impl Feed {
    pub fn new(inputs: Vec<Input>, options: Options) -> Self {
        Self { inputs: inputs.into_iter(), options, reader: None, next: None, counts: Counts::default() }
    }

    /// What was read so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// An input that could not even be named whole.
    pub fn add_unopened(&mut self) {
        self.counts.unopened += 1;
    }

    /// Tells how many faults were not told one by one.
    pub fn tell_rest(&self) {
        for (count, what) in [(self.counts.skipped, "records skipped"), (self.counts.unopened, "files not read")] {
            if count > TOLD {
                tell(format_args!("… and {} more {what}", count - TOLD));
            }
        }
    }

    /// The next batch, or none after the last record.
    pub fn next_batch(&mut self, last: Option<&Key>) -> Option<(Batch, Key)> {
        let mut batch = Batch::default();
        let mut key = Key::default();
        let (mut count, mut bytes) = (0, 0);
        while let Some(record) = self.next.take().or_else(|| self.next_record()) {
            if count == MOST_RECORDS || bytes > MOST_BYTES {
                self.next = Some(record);
                break;
            }
            count += 1;
            bytes += record.text.len() + record.hidden.iter().map(|hidden| hidden.target.len()).sum::<usize>();
            if batch.groups.is_empty() {
                batch.continues = last.is_some_and(|last| last.is_of(&record));
            }
            match batch.groups.last_mut() {
                Some(group) if key.is_of(&record) => group.records.push(record),
                Some(group)
                    if record.conversation.is_none() && !group.is_conversation() && group.records.len() < LOOSE =>
                {
                    group.records.push(record);
                }
                _ => {
                    key = Key::of(&record);
                    batch.groups.push(Group { records: vec![record], memory: None });
                }
            }
        }
        (!batch.groups.is_empty()).then_some((batch, key))
    }

    fn next_record(&mut self) -> Option<Record> {
        loop {
            if self.reader.is_none() {
                let input = self.inputs.next()?;
                match self.open(&input) {
                    Ok(reader) => self.reader = Some(reader),
                    Err(error) => {
                        self.counts.unopened += 1;
                        if self.counts.unopened <= TOLD {
                            tell(error);
                        }
                        continue;
                    }
                }
            }
            let reader = self.reader.as_mut()?;
            match reader.next() {
                Some(Item::Record(record)) => {
                    self.counts.read += 1;
                    return Some(record);
                }
                Some(Item::Skipped(skipped)) => {
                    self.counts.skipped += 1;
                    if self.counts.skipped <= TOLD {
                        tell(skipped);
                    }
                }
                None => {
                    self.counts.lossy += reader.lossy_count();
                    self.reader = None;
                }
            }
        }
    }

    fn open(&self, input: &Input) -> Result<Reader, OpenError> {
        match input {
            Input::Stdin => chatlog::read(stdin(), &input.name(), &self.options),
            Input::File(path) => chatlog::open(path, &self.options),
        }
    }
}

/// The conversation of a record: its name, in its file.
#[derive(Clone, Default)]
pub struct Key {
    file: Option<std::sync::Arc<str>>,
    conversation: Option<String>,
}

impl Key {
    fn of(record: &Record) -> Self {
        Self { file: Some(record.source.file.clone()), conversation: record.conversation.clone() }
    }

    /// Whether the record belongs to this conversation.
    fn is_of(&self, record: &Record) -> bool {
        self.conversation.is_some()
            && self.conversation == record.conversation
            && self.file.as_ref().is_some_and(|file| std::sync::Arc::ptr_eq(file, &record.source.file))
    }
}

//! `queja scan`: exported chats in, findings out.

use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use queja::chatlog::{Format, Mapping, Options, Record};
use queja::{Assessment, Conversation, Detector, Level, Message, OrderState, Role};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::batch::{Batch, Counts, Feed, Group, Key};
use crate::human::{Printer, Shown, Styles};
use crate::redact::Redactor;
use crate::setup::Setup;
use crate::summary::{Summary, number};
use crate::trouble::{CLEAR, Outcome, Trouble, reported, tell};
use crate::{jsonl, paths, table};

/// Scan exported chats and suggest reports
///
/// Reads JSON Lines, JSON, CSV, TSV, WhatsApp text exports and Telegram's result.json, each also
/// packed with gzip; the format is detected. Consecutive records of the same conversation are
/// assessed with memory of what went before.
///
/// A record that can't be read is told on standard error, and the rest is scanned.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
#[allow(clippy::doc_markdown, reason = "it is shown as help")]
pub struct Args {
    /// Files, or folders of files; `-` or nothing is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Form of the output [default: human on a terminal, else jsonl]
    #[arg(long, value_enum)]
    output: Option<Output>,
    /// Also messages that are clear: every message comes back
    #[arg(long, conflicts_with = "min_level")]
    all: bool,
    /// The lowest level to put out [default: notice for jsonl, else report]
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    min_level: Option<Level>,
    #[command(flatten)]
    setup: Setup,
    /// The role of senders for whom the file has none: buyer, supplier, staff or system
    #[arg(long)]
    role: Option<Role>,
    /// Format of the input, instead of detecting it
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    input_format: Option<Format>,
    /// Column or key of a field, such as text=body; may be given again
    #[arg(long, value_name = "FIELD=COLUMN")]
    map: Vec<Mapping>,
    /// Threads that assess [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Mask phone numbers, addresses, handles and accounts in all output
    #[arg(long)]
    redact: bool,
    /// No progress on standard error
    #[arg(long)]
    no_progress: bool,
}

const EXAMPLES: &str = "\
Examples:
  queja scan \"WhatsApp Chat with ACME.txt\"
  queja scan --lang es --output csv exports/ >reports.csv
  zcat chats.jsonl.gz | queja scan --output jsonl --all --map text=body,sender=author.name

Exit status: 0 nothing to report, 1 at least one report suggested, 2 nothing could be read.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a person: evidence marked in the message, suggestion, summary
    Human,
    /// One JSON object a line
    Jsonl,
    /// A table for a spreadsheet
    Csv,
}

pub fn levels() -> impl clap::builder::TypedValueParser<Value = Level> {
    PossibleValuesParser::new(["clear", "notice", "warn", "report"]).try_map(|name| Level::from_str(&name))
}

pub fn formats() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::name)).try_map(|name| Format::from_str(&name))
}

pub fn run(args: &Args) -> Outcome {
    let started = Instant::now();
    let is_terminal = io::stdout().is_terminal();
    let output = args.output.unwrap_or(if is_terminal { Output::Human } else { Output::Jsonl });
    let mut options = args.map.iter().fold(Options::new(), Options::map);
    if let Some(format) = args.input_format {
        options = options.format(format);
    }
    let mut unopened = 0;
    let inputs = paths::inputs(&args.paths, |trouble| {
        unopened += 1;
        trouble.tell();
    });
    let mut feed = Feed::new(inputs, options);
    (0..unopened).for_each(|_| feed.add_unopened());
    // Rules are compiled only when there is something to read.
    let Some(first) = feed.next_batch(None) else {
        feed.tell_rest();
        tell_counts(feed.counts());
        return Err(Trouble::new("no message could be read; name files that queja reads (see queja scan --help)"));
    };
    let detector = args.setup.detector()?;
    let scanner = Scanner {
        output,
        min_level: match (args.all, args.min_level, output) {
            (true, ..) => Level::Clear,
            (_, Some(level), _) => level,
            (_, _, Output::Jsonl) => Level::Notice,
            _ => Level::Report,
        },
        role: args.role,
        redactor: args.redact.then(|| Redactor::new(&detector)),
        detector,
    };
    let mut sink = Sink::new(&scanner, args.setup.reader_language(), is_terminal, !args.no_progress, started);
    let threads = args.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let counts = if threads == 1 {
        scan(&scanner, first, feed, &mut sink)?
    } else {
        scan_parallel(&scanner, first, feed, threads, &mut sink)?
    };
    sink.finish(counts, is_terminal.then(|| started.elapsed()))
}

/// Reads, assesses and writes, one batch after the other.
fn scan(scanner: &Scanner, first: (Batch, Key), mut feed: Feed, sink: &mut Sink) -> Result<Counts, Trouble> {
    let mut memory = None;
    let mut next = Some(first);
    while let Some((batch, key)) = next {
        let findings = remembering(batch, &mut memory).into_iter().map(|group| scanner.assess(group));
        for mut found in findings {
            memory = found.memory.take();
            sink.take(found)?;
        }
        next = feed.next_batch(Some(&key));
    }
    feed.tell_rest();
    Ok(feed.counts())
}

/// The same with one thread that reads and others that assess; the order stays.
fn scan_parallel(
    scanner: &Scanner,
    first: (Batch, Key),
    mut feed: Feed,
    threads: usize,
    sink: &mut Sink,
) -> Result<Counts, Trouble> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Trouble::new(format!("--threads {threads}: {error}; ask for fewer")))?;
    let (sender, batches) = sync_channel(1);
    let reader = std::thread::spawn(move || {
        let mut next = Some(first);
        while let Some((batch, key)) = next {
            if sender.send(batch).is_err() {
                break;
            }
            next = feed.next_batch(Some(&key));
        }
        feed.tell_rest();
        feed.counts()
    });
    // After a closed pipe the reader may wait for input for ever: it is left behind.
    assess_all(scanner, &pool, &batches, sink)?;
    reader.join().map_err(|_| Trouble::new("the reader stopped; this is a fault of queja, please report it"))
}

fn assess_all(
    scanner: &Scanner,
    pool: &rayon::ThreadPool,
    batches: &Receiver<Batch>,
    sink: &mut Sink,
) -> Result<(), Trouble> {
    let mut memory = None;
    for batch in batches {
        let groups = remembering(batch, &mut memory);
        let found: Vec<Found> = pool.install(|| groups.into_par_iter().map(|group| scanner.assess(group)).collect());
        for mut found in found {
            memory = found.memory.take();
            sink.take(found)?;
        }
    }
    Ok(())
}

/// The groups of a batch; the first remembers its conversation if it goes on.
fn remembering(mut batch: Batch, memory: &mut Option<Conversation>) -> Vec<Group> {
    let memory = memory.take();
    if batch.continues
        && let Some(first) = batch.groups.first_mut()
    {
        first.memory = memory;
    }
    batch.groups
}

/// Assesses groups of records, on any thread.
struct Scanner {
    detector: Detector,
    output: Output,
    min_level: Level,
    role: Option<Role>,
    redactor: Option<Redactor>,
}

/// What came of a group.
#[derive(Default)]
struct Found {
    /// Finished lines.
    bytes: Vec<u8>,
    /// Messages for a person.
    shown: Vec<Shown>,
    summary: Summary,
    /// Values of fields that mean nothing, with their place.
    odd: Vec<(String, String)>,
    memory: Option<Conversation>,
}

impl Scanner {
    fn assess(&self, mut group: Group) -> Found {
        let mut found = Found::default();
        let mut conversation =
            group.is_conversation().then(|| group.memory.take().unwrap_or_else(|| Conversation::new(&self.detector)));
        for record in group.records {
            self.assess_record(record, conversation.as_mut(), &mut found);
        }
        found.memory = conversation;
        found
    }

    fn assess_record(&self, mut record: Record, conversation: Option<&mut Conversation>, found: &mut Found) {
        // What is linked is read after the text, on lines of its own.
        let full = (!record.hidden.is_empty()).then(|| {
            let targets = record.hidden.iter().map(|hidden| hidden.target.as_str());
            std::iter::once(record.text.as_str()).chain(targets).collect::<Vec<_>>().join("\n")
        });
        let role = parsed::<Role>(record.role.as_deref(), &record, found).or(if record.service {
            Some(Role::System)
        } else {
            self.role
        });
        let mut message = Message::new(full.as_deref().unwrap_or(&record.text));
        message.id = record.id.as_deref();
        message.sender = record.sender.as_deref();
        message.role = role;
        message.sent_at = record.sent_at.as_deref();
        message.order_state = parsed::<OrderState>(record.order_state.as_deref(), &record, found).unwrap_or_default();
        message.lang = record.lang.as_deref();
        let mut assessment = match conversation {
            Some(conversation) => conversation.push(message),
            None => self.detector.assess(message),
        };
        let is_shown = assessment.level >= self.min_level;
        let is_report = assessment.level == Level::Report;
        let mask = match &self.redactor {
            Some(redactor) if is_shown || is_report => {
                let mask = redact(redactor, &mut record, full.as_deref(), &mut assessment);
                Some(mask)
            }
            _ => None,
        };
        found.summary.add(&assessment, record.sender.as_deref());
        if !is_shown {
            return;
        }
        let role = role.map(|role| role.as_str().to_owned()).or_else(|| record.role.clone());
        match self.output {
            Output::Jsonl => jsonl::write(&mut found.bytes, &record, role.as_deref(), &assessment),
            Output::Csv => table::write(&mut found.bytes, &record, role.as_deref(), &assessment),
            Output::Human => found.shown.push(Shown { record, full, role, assessment, mask }),
        }
    }
}

/// Masks all of a record that is shown, and tells what of its text may not be.
fn redact(
    redactor: &Redactor,
    record: &mut Record,
    full: Option<&str>,
    assessment: &mut Assessment,
) -> crate::redact::Mask {
    let text = full.unwrap_or(&record.text);
    let mask = redactor.mask(text, assessment);
    redactor.redact(text, &mask, assessment);
    for name in [&mut record.sender, &mut record.conversation] {
        *name = name.take().map(|name| redactor.text(&name));
    }
    record.source.file = redactor.file(&record.source.file);
    for hidden in &mut record.hidden {
        hidden.target = redactor.text(&hidden.target);
    }
    mask
}

/// A field that has one of a few values; another is noted and counts as absent.
fn parsed<T: FromStr<Err = queja::UnknownName>>(value: Option<&str>, record: &Record, found: &mut Found) -> Option<T> {
    match value?.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            let fault = error.to_string();
            if found.odd.iter().all(|(_, known)| *known != fault) {
                found.odd.push((record.source.to_string(), fault));
            }
            None
        }
    }
}

/// Where findings go, in the order of the input.
struct Sink {
    out: Out,
    summary: Summary,
    /// Odd values that were told.
    odd: Vec<String>,
    progress: Option<Progress>,
}

enum Out {
    Lines(BufWriter<io::Stdout>),
    Human(Box<Printer>, anstream::AutoStream<io::Stdout>),
}

/// How many odd values of fields are told.
const TOLD_ODD: usize = 10;

impl Sink {
    fn new(scanner: &Scanner, lang: String, is_terminal: bool, may_progress: bool, started: Instant) -> Self {
        let out = match scanner.output {
            Output::Human => {
                let stream = anstream::AutoStream::auto(io::stdout());
                let styles = Styles::new(stream.current_choice() != anstream::ColorChoice::Never);
                Out::Human(Box::new(Printer::new(&scanner.detector, lang, styles)), stream)
            }
            Output::Jsonl | Output::Csv => {
                let mut out = BufWriter::with_capacity(64 << 10, io::stdout());
                if scanner.output == Output::Csv {
                    // A buffered write of a few bytes can't fail.
                    let _ = out.write_all(table::HEADER);
                }
                Out::Lines(out)
            }
        };
        // Findings on the same terminal are progress enough.
        let shows = may_progress && !is_terminal && io::stderr().is_terminal();
        let progress = shows.then_some(Progress { started, last: started });
        Self { out, summary: Summary::default(), odd: Vec::new(), progress }
    }

    fn take(&mut self, found: Found) -> Result<(), Trouble> {
        for (place, fault) in found.odd {
            if self.odd.len() < TOLD_ODD && !self.odd.contains(&fault) {
                tell(format_args!("{place}: {fault}; taken as unknown here and below"));
                self.odd.push(fault);
            }
        }
        match &mut self.out {
            Out::Lines(out) => out.write_all(&found.bytes)?,
            Out::Human(printer, out) => {
                for shown in &found.shown {
                    out.write_all(printer.finding(shown).as_bytes())?;
                }
            }
        }
        self.summary.merge(found.summary);
        if let Some(progress) = &mut self.progress {
            progress.step(&self.summary);
        }
        Ok(())
    }

    fn finish(self, counts: Counts, elapsed: Option<Duration>) -> Result<ExitCode, Trouble> {
        if self.progress.is_some() {
            Progress::clear();
        }
        match self.out {
            Out::Lines(mut out) => out.flush()?,
            Out::Human(_, mut out) => {
                out.write_all(self.summary.human(counts, elapsed).as_bytes())?;
                out.flush()?;
            }
        }
        tell_counts(counts);
        Ok(if self.summary.reports() > 0 { reported() } else { CLEAR })
    }
}

/// What was read and what was not, where some was not.
fn tell_counts(counts: Counts) {
    if counts.lossy > 0 {
        tell(format_args!("{}: bytes that are no valid text were read as U+FFFD", number(counts.lossy, "place")));
    }
    if counts.skipped > 0 || counts.unopened > 0 {
        let files = match counts.unopened {
            0 => String::new(),
            unopened => format!("; {} not read", number(unopened, "file")),
        };
        tell(format_args!("read {}, skipped {}{files}", counts.read, counts.skipped));
    }
}

/// A line on standard error that is written over.
struct Progress {
    started: Instant,
    last: Instant,
}

impl Progress {
    fn step(&mut self, summary: &Summary) {
        let now = Instant::now();
        if now.duration_since(self.last) < Duration::from_millis(200) {
            return;
        }
        self.last = now;
        let seconds = now.duration_since(self.started).as_secs();
        let (messages, reports) = (number(summary.messages(), "message"), number(summary.reports(), "report"));
        let _ = write!(io::stderr(), "\r\u{1b}[K{messages} · {reports} · {seconds} s");
    }

    fn clear() {
        let _ = write!(io::stderr(), "\r\u{1b}[K");
    }
}

//! `queja mask`: contact details replaced, conversation kept.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;

use flate2::bufread::MultiGzDecoder;
use queja::chatlog::{Field, Mapping};
use queja::{Detector, EntityKind, RulePack};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::paths::{self, Input};
use crate::trouble::{CLEAR, Outcome, Trouble, failed, tell};

/// Replace contact details by [phone], [email] and the like
///
/// JSON Lines come out as JSON Lines in which only the text has changed; an input that does not
/// begin with `{` is plain text, one message a line. A line that can't be read is left out and told, for it
/// could hold what was to be masked.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files, or folders of files, also packed with gzip; `-` or nothing is standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Key of the text in JSON Lines, such as text=body
    #[arg(long, value_name = "FIELD=KEY")]
    map: Vec<Mapping>,
    /// Lay the rule files of DIR over the built-in pack
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  queja mask chats.jsonl >masked.jsonl
  echo \"ring me on +44 7700 900118\" | queja mask

Exit status: 0 all lines are out, 2 some are not.";

/// The longest line, in bytes.
const LONGEST: u64 = 16 << 20;
/// How many lines that are left out are told one by one.
const TOLD: u64 = 20;

pub fn run(args: &Args) -> Outcome {
    let mut builder = Detector::builder();
    if let Some(dir) = &args.rules {
        builder = builder.rules(RulePack::overlay(dir).map_err(Trouble::new)?);
    }
    let mapping = args.map.iter().fold(Mapping::new(), Mapping::merged);
    let mut masker =
        Masker { detector: builder.build(), key: mapping.get(Field::Text).unwrap_or("text").to_owned(), left_out: 0 };
    let mut has_failed = false;
    let inputs = paths::inputs(&args.paths, |trouble| {
        has_failed = true;
        trouble.tell();
    });
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout());
    for input in &inputs {
        match open(input) {
            Ok(reader) => masker.mask_all(&input.name(), reader, &mut out)?,
            Err(error) => {
                has_failed = true;
                tell(format_args!("{}: it can't be read: {error}; check the path", input.name()));
            }
        }
    }
    out.flush()?;
    if masker.left_out > TOLD {
        tell(format_args!("… and {} more lines left out", masker.left_out - TOLD));
    }
    Ok(if has_failed || masker.left_out > 0 { failed() } else { CLEAR })
}

fn open(input: &Input) -> io::Result<Box<dyn BufRead>> {
    let bytes: Box<dyn Read> = match input {
        Input::Stdin => Box::new(io::stdin()),
        Input::File(path) => Box::new(File::open(path)?),
    };
    let mut reader = BufReader::with_capacity(64 << 10, bytes);
    let is_packed = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(BufReader::new(MultiGzDecoder::new(reader))) } else { Box::new(reader) })
}

struct Masker {
    detector: Detector,
    key: String,
    left_out: u64,
}

impl Masker {
    fn mask_all(&mut self, name: &str, mut reader: Box<dyn BufRead>, out: &mut impl Write) -> Result<(), Trouble> {
        let mut raw = Vec::new();
        let mut is_json = None;
        for number in 1_u64.. {
            raw.clear();
            let fault = match reader.by_ref().take(LONGEST).read_until(b'\n', &mut raw) {
                Ok(0) => break,
                Ok(_) if raw.len() as u64 == LONGEST && !raw.ends_with(b"\n") => {
                    let rest = skip_line(&mut reader);
                    Some(rest.err().map_or_else(
                        || "the line is longer than 16 MiB; break it".to_owned(),
                        |error| format!("it can't be read: {error}; copy it again"),
                    ))
                }
                Ok(_) => None,
                Err(error) => {
                    self.leave_out(name, number, &format!("it can't be read: {error}; copy it again"));
                    break;
                }
            };
            let outcome = if let Some(fault) = fault {
                Err(fault)
            } else {
                let text = String::from_utf8_lossy(&raw);
                let line = text.trim_end_matches(['\n', '\r']);
                let end = &text[line.len()..];
                if is_json.is_none() && !line.trim().is_empty() {
                    is_json = Some(line.trim_start().starts_with('{'));
                }
                self.line(line, is_json == Some(true)).map(|masked| format!("{masked}{end}"))
            };
            match outcome {
                Ok(line) => out.write_all(line.as_bytes())?,
                Err(fault) => self.leave_out(name, number, &fault),
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, name: &str, number: u64, fault: &str) {
        self.left_out += 1;
        if self.left_out <= TOLD {
            tell(format_args!("{name}:{number}: left out: {fault}"));
        }
    }

    fn line<'l>(&self, line: &'l str, is_json: bool) -> Result<Cow<'l, str>, String> {
        if !is_json || line.trim().is_empty() {
            return Ok(self.text(line));
        }
        let entries = entries(line).map_err(|error| format!("{error}; mend the line"))?;
        let mut out = String::with_capacity(line.len());
        let mut done = 0;
        let mut found = false;
        // A key may stand there more than once: each is masked.
        for (_, value) in entries.iter().filter(|(key, _)| *key == self.key) {
            let Ok(text) = serde_json::from_str::<String>(value.get()) else {
                return Err(format!("`{}` is no string; name the text with --map text=KEY", self.key));
            };
            let start = value.get().as_ptr().addr() - line.as_ptr().addr();
            out.push_str(&line[done..start]);
            match self.text(&text) {
                Cow::Borrowed(_) => out.push_str(value.get()),
                Cow::Owned(masked) => out.push_str(&serde_json::Value::String(masked).to_string()),
            }
            done = start + value.get().len();
            found = true;
        }
        if !found {
            return Err(format!("it has no `{}`; name the text with --map text=KEY", self.key));
        }
        out.push_str(&line[done..]);
        Ok(out.into())
    }

    fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let entities = self.detector.assess(text).entities;
        if entities.is_empty() {
            return text.into();
        }
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for entity in &entities {
            if entity.span.end <= done {
                continue;
            }
            out.push_str(&text[done..entity.span.start.max(done)]);
            out.push_str(label(entity.kind));
            done = entity.span.end;
        }
        out.push_str(&text[done..]);
        out.into()
    }
}

fn label(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Phone => "[phone]",
        EntityKind::Email => "[email]",
        EntityKind::Link => "[link]",
        EntityKind::Handle => "[handle]",
        EntityKind::BankAccount => "[account]",
        EntityKind::Card => "[card]",
        EntityKind::Wallet => "[wallet]",
        _ => "[payment id]",
    }
}

fn skip_line(reader: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let block = reader.fill_buf()?;
        let end = block.iter().position(|&byte| byte == b'\n');
        let used = end.map_or(block.len(), |end| end + 1);
        let is_last = end.is_some() || used == 0;
        reader.consume(used);
        if is_last {
            return Ok(());
        }
    }
}

/// The keys of an object and their values as written, in order.
fn entries(line: &str) -> Result<Vec<(String, &RawValue)>, serde_json::Error> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a JSON object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = map.next_entry()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    let mut from = serde_json::Deserializer::from_str(line);
    let entries = from.deserialize_map(Entries)?;
    from.end()?;
    Ok(entries)
}

//! JSON Lines: one object a line.

use super::format::{Head, Sniff};
use super::input::{Input, Line, Lines, chomp, decode, read_fault, too_long};
use super::json::Plan;
use super::open::{OpenError, Options};
use super::{Entry, Records};

/// Sees lines that are objects.
pub(super) fn sniff(head: &Head<'_>) -> Option<Sniff> {
    let lines = head.lines().map(str::trim).filter(|line| !line.is_empty()).take(50);
    let mut objects = 0;
    let mut others = 0;
    for line in lines {
        if !line.starts_with('{') {
            others += 1;
        } else if is_json(line) {
            objects += 1;
        }
    }
    if objects > 0 && objects > others {
        return Some(Sniff::sure("lines are whole JSON objects"));
    }
    // A first line that is longer than the head can be nothing else that is read.
    let text = head.text.trim_start();
    let endless = !head.complete && text.starts_with("{\"") && !text.contains('\n');
    endless.then(|| Sniff::likely("its first line is a long JSON object"))
}

fn is_json(line: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok()
}

/// Opens JSON Lines.
pub(super) fn open(input: Input, options: &Options, name: &str) -> Result<Box<dyn Records>, OpenError> {
    let plan = Plan::new(input.head_text().lines(), &options.mapping, name)?;
    Ok(Box::new(JsonLines {
        lines: Lines::new(input.stream),
        plan,
        raw: Vec::new(),
        max_record: options.max_record,
        max_text: options.max_text,
    }))
}

struct JsonLines {
    lines: Lines,
    plan: Plan,
    raw: Vec<u8>,
    max_record: usize,
    max_text: usize,
}

impl Records for JsonLines {
    fn next_entry(&mut self) -> Option<Entry> {
        loop {
            self.raw.clear();
            let found = self.lines.next_into(&mut self.raw, self.max_record);
            let line = self.lines.number;
            match found {
                Ok(Line::End) => return None,
                Ok(Line::TooLong) => {
                    return Some(Entry::new(line, false, Err(too_long("the line", self.max_record))));
                }
                Err(error) => return Some(Entry::fault(line + 1, read_fault(&error))),
                Ok(Line::Whole) => {}
            }
            let raw = chomp(&self.raw);
            if raw.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let (text, lossy) = decode(raw);
            let outcome = self.plan.record(&text, self.max_text);
            return Some(Entry::new(line, lossy, outcome));
        }
    }
}

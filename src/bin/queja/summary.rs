//! What a scan comes to: messages, reports by signal, senders by number of reports.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::time::Duration;

use queja::{Assessment, Level};

use crate::batch::Counts;
use crate::visible;

/// The senders that are counted at the same time; past that, those with one report are forgotten.
const MOST_SENDERS: usize = 65_536;
/// The senders that are listed.
const TOP: usize = 10;

/// Counts of assessed messages.
#[derive(Default)]
pub struct Summary {
    messages: u64,
    levels: [u64; 4],
    signals: BTreeMap<String, u64>,
    senders: HashMap<String, u64>,
    /// Senders were forgotten.
    is_rough: bool,
}

impl Summary {
    /// Counts a message. The sender is named as they may be shown.
    pub fn add(&mut self, assessment: &Assessment, sender: Option<&str>) {
        self.messages += 1;
        self.levels[place(assessment.level)] += 1;
        if assessment.level != Level::Report {
            return;
        }
        for found in &assessment.signals {
            count(&mut self.signals, &found.signal, 1);
        }
        if let Some(sender) = sender {
            self.add_sender(sender, 1);
        }
    }

    /// Counts what another thread counted.
    pub fn merge(&mut self, other: Self) {
        self.messages += other.messages;
        for (own, other) in self.levels.iter_mut().zip(other.levels) {
            *own += other;
        }
        for (signal, more) in other.signals {
            count(&mut self.signals, &signal, more);
        }
        for (sender, more) in other.senders {
            self.add_sender(&sender, more);
        }
        self.is_rough |= other.is_rough;
    }

    fn add_sender(&mut self, sender: &str, more: u64) {
        if let Some(known) = self.senders.get_mut(sender) {
            *known += more;
            return;
        }
        if self.senders.len() >= MOST_SENDERS {
            self.is_rough = true;
            self.senders.retain(|_, count| *count > 1);
            if self.senders.len() >= MOST_SENDERS {
                return;
            }
        }
        self.senders.insert(sender.to_owned(), more);
    }

    pub fn messages(&self) -> u64 {
        self.messages
    }

    pub fn reports(&self) -> u64 {
        self.levels[place(Level::Report)]
    }

    /// The summary for a person.
    pub fn human(&self, counts: Counts, elapsed: Option<Duration>) -> String {
        let mut out = String::new();
        let [_, notices, warnings, reports] = self.levels;
        let _ = write!(out, "{}", number(self.messages, "message"));
        if counts.skipped > 0 {
            let _ = write!(out, ", {} skipped", counts.skipped);
        }
        let _ = write!(out, " · {} suggested", number(reports, "report"));
        for (count, what) in [(warnings, "warning"), (notices, "notice")] {
            if count > 0 {
                let _ = write!(out, " · {}", number(count, what));
            }
        }
        if let Some(elapsed) = elapsed {
            let _ = write!(out, " · {:.2} s", elapsed.as_secs_f64());
        }
        out.push('\n');
        let mut signals: Vec<(&str, u64)> = self.signals.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        signals.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        list(&mut out, "reports by signal", signals);
        let mut senders: Vec<(&str, u64)> = self.senders.iter().map(|(name, count)| (name.as_str(), *count)).collect();
        senders.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        let more = senders.len().saturating_sub(TOP);
        senders.truncate(TOP);
        list(&mut out, if self.is_rough { "reports by sender (about)" } else { "reports by sender" }, senders);
        if more > 0 {
            let _ = writeln!(out, "       … {}", number(more as u64, "more sender"));
        }
        out
    }
}

fn list(out: &mut String, title: &str, rows: Vec<(&str, u64)>) {
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(out, "  {title}");
    for (name, count) in rows {
        let _ = writeln!(out, "{count:>7}  {}", visible::inline(name));
    }
}

/// `1 message`, `1,234 messages`.
pub fn number(count: u64, what: &str) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push(' ');
    out.push_str(what);
    if count != 1 {
        out.push('s');
    }
    out
}

fn count(map: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    match map.get_mut(name) {
        Some(known) => *known += more,
        None => {
            map.insert(name.to_owned(), more);
        }
    }
}

fn place(level: Level) -> usize {
    match level {
        Level::Report => 3,
        Level::Warn => 2,
        Level::Notice => 1,
        _ => 0,
    }
}

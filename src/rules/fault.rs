use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a rule pack was refused: every fault found in it, not only the first.
///
/// The `Display` form lists each fault with its code, file, line, the line
/// itself with a caret under the place, and the cure.
#[derive(Debug)]
pub struct RulePackError {
    faults: Vec<Fault>,
}

impl RulePackError {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }

    /// All faults, in the order of files and lines.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for RulePackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.faults.len();
        writeln!(f, "the rule pack was refused: {count} fault{}", if count == 1 { "" } else { "s" })?;
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RulePackError {}

/// One fault in a rule pack: what is wrong, where, and what would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// A stable short name of the kind of fault, such as `unknown-concept`.
    pub code: Cow<'static, str>,
    /// The file, relative to the pack.
    pub file: String,
    /// 1-based line; 0 when the fault is of the whole file or pack.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// How many characters the fault covers.
    pub width: usize,
    /// How many characters of the excerpt stand before the place.
    pub indent: usize,
    /// The line the fault is on, or the part of it around the place.
    pub excerpt: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub cure: String,
}

/// The longest part of a line that is shown, in bytes.
const LONGEST_EXCERPT: usize = 120;

impl Fault {
    pub(crate) fn of_file(code: &'static str, file: &str, message: String, cure: &str) -> Self {
        Self {
            code: Cow::Borrowed(code),
            file: file.to_owned(),
            line: 0,
            column: 0,
            width: 0,
            indent: 0,
            excerpt: String::new(),
            message,
            cure: cure.to_owned(),
        }
    }

    pub(crate) fn at(
        code: &'static str,
        file: &str,
        content: &str,
        range: std::ops::Range<usize>,
        message: String,
        cure: impl Into<String>,
    ) -> Self {
        let start = crate::text::floor_boundary(content, range.start);
        let end = crate::text::floor_boundary(content, range.end.max(start));
        let line_start = content[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = content[start..].find('\n').map_or(content.len(), |at| start + at);
        let covered = &content[start..end.min(line_end).max(start)];
        // Of a long line, the part around the place.
        let (line_start, line_end) = if line_end - line_start > LONGEST_EXCERPT {
            let from = crate::text::floor_boundary(content, start.saturating_sub(40).max(line_start));
            (from, crate::text::floor_boundary(content, (from + LONGEST_EXCERPT).min(line_end)))
        } else {
            (line_start, line_end)
        };
        let indent = content[line_start..start.max(line_start)].chars().count();
        Self {
            code: Cow::Borrowed(code),
            file: file.to_owned(),
            line: content[..start].matches('\n').count() + 1,
            column: content[content[..start].rfind('\n').map_or(0, |at| at + 1)..start].chars().count() + 1,
            indent,
            width: covered.chars().count().clamp(1, LONGEST_EXCERPT / 2),
            excerpt: content[line_start..line_end].trim_end().to_owned(),
            message,
            cure: cure.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == 0 {
            write!(f, "{}: [{}] {}", self.file, self.code, self.message)?;
        } else {
            writeln!(f, "{}:{}:{}: [{}] {}", self.file, self.line, self.column, self.code, self.message)?;
            writeln!(f, "  | {}", self.excerpt)?;
            write!(f, "  | {:pad$}{:^<width$}", "", "", pad = self.indent, width = self.width)?;
        }
        write!(f, "\n  = {}", self.cure)
    }
}

/// The known name that differs least, if it is near enough to be meant.
pub(super) fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n String>) -> Option<&'n String> {
    let distance = |a: &str, b: &str| {
        let b: Vec<char> = b.chars().collect();
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, ca) in a.chars().enumerate() {
            let mut diagonal = std::mem::replace(&mut row[0], i + 1);
            for (j, cb) in b.iter().enumerate() {
                let cost = (diagonal + usize::from(ca != *cb)).min(row[j] + 1).min(row[j + 1] + 1);
                diagonal = std::mem::replace(&mut row[j + 1], cost);
            }
        }
        row[b.len()]
    };
    known.map(|k| (distance(name, k), k)).min().filter(|&(d, _)| d <= 2).map(|(_, k)| k)
}

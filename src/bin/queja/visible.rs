//! Text of strangers on a terminal: control characters shown, evidence marked in place.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use anstyle::Style;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::redact::Mask;

/// The widest line of a message, in columns.
const WIDTH: usize = 96;
/// A message of more lines than this is cut down to the lines around the evidence.
const MANY_LINES: usize = 12;
/// The lines shown of such a message.
const MOST_LINES: usize = 24;

/// Whether a character could act on a terminal or hide itself or others.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A character as it may be shown.
fn push(out: &mut String, c: char) {
    match c {
        '\t' => out.push_str("  "),
        '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7f}' => out.push('\u{2421}'),
        _ if acts(c) => {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        }
        _ => out.push(c),
    }
}

/// Text on one line, safe for a terminal.
pub fn inline(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut out, c);
    }
    out.into()
}

/// Text of several lines, safe for a terminal.
pub fn block(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && acts(c)) {
        return text.into();
    }
    text.split('\n').map(inline).collect::<Vec<_>>().join("\n").into()
}

/// How marked text is told from the rest.
#[derive(Clone, Copy)]
pub enum Marking {
    /// By this style, on a terminal that has styles.
    Style(Style),
    /// By a line of `^` under it.
    Carets,
}

/// A line of a message as it is shown.
#[derive(Default)]
struct Line {
    text: String,
    /// Byte ranges of `text`.
    marks: Vec<Range<usize>>,
    is_rtl: bool,
}

/// The lines of a text, marked, each after `margin`; long lines are broken, and of a long text
/// only the lines around the marks are shown.
pub fn marked(text: &str, marks: &[Range<usize>], mask: Option<&Mask>, marking: Marking, margin: &str) -> String {
    let lines = lines(text, &merged(marks), mask);
    let keep = kept(&lines);
    let mut out = String::new();
    let mut left_out = 0;
    for (line, keep) in lines.iter().zip(keep) {
        if !keep {
            left_out += 1;
            continue;
        }
        gap(&mut out, &mut left_out, margin);
        line.write(&mut out, marking, margin);
    }
    gap(&mut out, &mut left_out, margin);
    out
}

fn gap(out: &mut String, left_out: &mut usize, margin: &str) {
    if *left_out > 0 {
        let _ = writeln!(out, "{margin}… {left_out} more line{}", if *left_out == 1 { "" } else { "s" });
        *left_out = 0;
    }
}

/// Which lines to show.
fn kept(lines: &[Line]) -> Vec<bool> {
    if lines.len() <= MANY_LINES {
        return vec![true; lines.len()];
    }
    let mut keep = vec![false; lines.len()];
    keep[0] = true;
    let mut left = MOST_LINES;
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| !line.marks.is_empty()) {
        for near in &mut keep[at.saturating_sub(1)..=(at + 1).min(lines.len() - 1)] {
            if left > 0 && !*near {
                *near = true;
                left -= 1;
            }
        }
    }
    keep
}

/// Ranges in order, those that meet made one.
pub fn merged(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<_> = ranges.iter().filter(|range| range.start < range.end).cloned().collect();
    sorted.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn lines(text: &str, marks: &[Range<usize>], mask: Option<&Mask>) -> Vec<Line> {
    let mut lines = vec![];
    let mut line = Line::default();
    let mut width = 0;
    // Where the line may be broken: after the last space.
    let mut space = None;
    let mut marks = marks.iter().peekable();
    for (at, c) in text.char_indices() {
        if c == '\n' {
            lines.push(std::mem::take(&mut line));
            (width, space) = (0, None);
            continue;
        }
        while marks.next_if(|mark| mark.end <= at).is_some() {}
        let is_marked = marks.peek().is_some_and(|mark| mark.start <= at);
        let start = line.text.len();
        if mask.is_some_and(|mask| mask.hides(at)) {
            line.text.push('•');
        } else if c != '\r' {
            push(&mut line.text, c);
            line.is_rtl |= is_rtl(c);
        }
        let end = line.text.len();
        if is_marked && start < end {
            line.mark(start..end);
        }
        width += line.text[start..].chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        if c == ' ' {
            space = Some((end, width));
        }
        if width > WIDTH && c != ' ' {
            let (break_at, width_there) = match space {
                Some((end, there)) if there > WIDTH / 2 => (end, there),
                _ if start > 0 => (start, width - line.text[start..].width()),
                _ => continue,
            };
            let rest = line.split_off(break_at);
            lines.push(std::mem::replace(&mut line, rest));
            width -= width_there;
            space = None;
        }
    }
    lines.push(line);
    lines
}

/// Letters that are written from right to left.
fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

impl Line {
    fn mark(&mut self, range: Range<usize>) {
        match self.marks.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => self.marks.push(range),
        }
    }

    fn split_off(&mut self, at: usize) -> Self {
        let text = self.text.split_off(at);
        let mut rest = Self { is_rtl: text.contains(is_rtl), text, marks: vec![] };
        for mark in &self.marks {
            if mark.end > at {
                rest.marks.push(mark.start.max(at) - at..mark.end - at);
            }
        }
        // The space at which the line was broken is not shown.
        self.text.truncate(self.text.trim_end().len());
        self.marks.retain_mut(|mark| {
            mark.end = mark.end.min(self.text.len());
            mark.start < mark.end
        });
        rest
    }

    fn write(&self, out: &mut String, marking: Marking, margin: &str) {
        // Carets can't stand under text that runs from right to left: it is bracketed.
        let (open, close) = match marking {
            Marking::Style(style) => (style.render().to_string(), style.render_reset().to_string()),
            Marking::Carets if self.is_rtl => ("⟦".to_owned(), "⟧".to_owned()),
            Marking::Carets => (String::new(), String::new()),
        };
        out.push_str(margin);
        let mut at = 0;
        for mark in &self.marks {
            let before = &self.text[at..mark.start];
            let _ = write!(out, "{before}{open}{}{close}", &self.text[mark.clone()]);
            at = mark.end;
        }
        let _ = writeln!(out, "{}", self.text[at..].trim_end());
        if matches!(marking, Marking::Carets) && !self.is_rtl && !self.marks.is_empty() {
            out.push_str(margin);
            let mut column = 0;
            for mark in &self.marks {
                let start = self.text[..mark.start].width();
                let width = self.text[mark.clone()].width().max(1);
                let pad = start.saturating_sub(column);
                let _ = write!(out, "{:pad$}{:^<width$}", "", "");
                column = start + width;
            }
            out.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Marking, inline, marked};

    #[test]
    fn what_acts_is_shown() {
        let table = [
            ("plain, ñ, 中文, 👩‍👧", "plain, ñ, 中文, 👩‍👧"),
            ("\u{1b}[31mred\u{1b}[0m", "␛[31mred␛[0m"),
            ("a\u{202e}b\u{200b}c", "a<U+202E>b<U+200B>c"),
            ("one\ntwo\r\n", "one␊two␍␊"),
            ("\u{9b}1m", "<U+009B>1m"),
        ];
        for (given, expected) in table {
            assert_eq!(inline(given), expected);
        }
    }

    #[test]
    fn carets_stand_under_wide_letters() {
        let text = "你好 add 微信 now";
        let mark = text.find("微信").expect("it is there");
        assert_eq!(
            marked(text, &[mark..mark + 6], None, Marking::Carets, "| "),
            "| 你好 add 微信 now\n|          ^^^^\n"
        );
    }

    #[test]
    fn long_lines_are_broken_and_marks_with_them() {
        let text = format!("{} whatsapp {}", "word ".repeat(18).trim(), "tail ".repeat(10).trim());
        let at = text.find("whatsapp").expect("it is there");
        let shown = marked(&text, &[at..at + 8], None, Marking::Carets, "");
        assert!(shown.lines().count() == 4 || shown.lines().count() == 3, "{shown}");
        assert_eq!(shown.matches('^').count(), 8);
    }

    #[test]
    fn right_to_left_text_is_bracketed() {
        let text = "שלום וואטסאפ";
        let at = text.find(' ').expect("a space") + 1;
        assert_eq!(marked(text, &[at..text.len()], None, Marking::Carets, ""), "שלום ⟦וואטסאפ⟧\n");
    }
}

//! One row of `--output csv`.

use queja::Assessment;
use queja::chatlog::Record;

use crate::visible;

pub const HEADER: &[u8] = b"file,line,id,conversation,sender,role,sent_at,level,score,signals,evidence,label,reason\n";

/// Writes the row of a message.
pub fn write(out: &mut Vec<u8>, record: &Record, role: Option<&str>, assessment: &Assessment) {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let signals: Vec<&str> = assessment.signals.iter().map(|signal| signal.signal.as_str()).collect();
    let mut evidence: Vec<&str> = Vec::new();
    for span in assessment.signals.iter().flat_map(|signal| &signal.findings).flat_map(|finding| &finding.spans) {
        if !evidence.contains(&span.text.as_str()) {
            evidence.push(&span.text);
        }
    }
    let suggestion = assessment.suggestion.as_ref();
    let cells = [
        record.source.file.to_string(),
        record.source.line.map(|line| line.to_string()).unwrap_or_default(),
        text(&record.id),
        text(&record.conversation),
        text(&record.sender),
        role.unwrap_or_default().to_owned(),
        text(&record.sent_at),
        assessment.level.to_string(),
        assessment.score.value.to_string(),
        signals.join(" "),
        evidence.join(" | "),
        suggestion.map(|suggestion| suggestion.label.clone()).unwrap_or_default(),
        suggestion.map(|suggestion| suggestion.reason.clone()).unwrap_or_default(),
    ];
    for (at, value) in cells.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(cell(value).as_bytes());
    }
    out.push(b'\n');
}

/// A cell that neither a terminal nor a spreadsheet takes for a command.
fn cell(value: &str) -> String {
    let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    let shown = visible::block(value);
    let shown = if is_formula { format!("'{shown}") } else { shown.into_owned() };
    if shown.contains([',', '"', '\n', '\r']) { format!("\"{}\"", shown.replace('"', "\"\"")) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn cells() {
        let table = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"\nthere", "\"say \"\"hi\"\"\nthere\""),
            ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
            ("+44 7700", "'+44 7700"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'  x"),
            ("\u{1b}[2J", "␛[2J"),
        ];
        for (given, expected) in table {
            assert_eq!(cell(given), expected);
        }
    }
}

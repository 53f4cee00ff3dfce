//! Names on messengers and social networks.

use std::ops::Range;

use super::{Cue, CueKind, EntityKind, Extractor, Found, MOST, cue_before, is_taken, undone_in};
use crate::text::Text;

/// How far behind an app's name or an "ID" a handle may begin, in bytes.
const REACH: usize = 40;

impl Extractor {
    pub(super) fn find_handles(&self, text: &Text, cues: &[Cue], found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        for (at, _) in plain.match_indices('@').take(MOST) {
            let before = plain[..at].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.') {
                continue;
            }
            let spaces = plain[at + 1..].len() - plain[at + 1..].trim_start_matches(' ').len();
            let start = at + 1 + spaces.min(1);
            let Some(token) = token(plain, start) else { continue };
            let name = &plain[token.clone()];
            if name.len() < 3 || !name.bytes().any(|b| b.is_ascii_alphabetic()) || spaces > 1 {
                continue;
            }
            let near =
                spaces == 0 || cue_before(cues, text.plain.original(at..at + 1).start, REACH, is_anchor).is_some();
            if near {
                self.push_handle(text, at..token.end, name, true, found);
            }
        }
        for cue in cues.iter().filter(|cue| is_anchor(cue.kind)) {
            self.handle_after(text, cues, cue, found);
            if let CueKind::App { sure: true, .. } = cue.kind {
                self.handle_before(text, cue, found);
            }
        }
    }

    /// `WeChat: lily_88`, `telegram is north.gear`, `QQ 1155550188`.
    fn handle_after(&self, text: &Text, cues: &[Cue], cue: &Cue, found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        let begin = text.plain.locate(cue.range.end);
        let mut at = begin;
        let mut explicit = false;
        for _ in 0..6 {
            let Some(next) = next_token(plain, at) else { return };
            if next.start > begin + REACH || plain[begin..next.start].contains('\n') {
                return;
            }
            let between = &plain[at..next.start];
            if between.contains(['.', '!', '?', '。', '！', '？', ',', '，']) && !between.contains([':', '：', '='])
            {
                return;
            }
            explicit |= between.contains([':', '：', '=', '→', '»', '>', '"', '“', '【', '〓', '➡', '👉']);
            let name = &plain[next.clone()];
            let range = text.plain.original(next.clone());
            let is_cue =
                cues.iter().any(|c| c.range.start <= range.start && range.end <= c.range.end && is_word_cue(c.kind));
            // `Name_of_field: value` labels something itself.
            let label = plain[next.end..].starts_with([':', '：']) && next.end + 1 < plain.len();
            if !is_cue && !label && !is_taken(found, &range) {
                let digits = name.bytes().filter(u8::is_ascii_digit).count();
                let own = matches!(cue.kind, CueKind::App { index, .. }
                    if self.handles.get(usize::from(index)).and_then(Option::as_ref).is_some_and(|own| own.is_match(name)));
                let shaped = is_shaped(name);
                let numeric = digits == name.len();
                if numeric {
                    // Digits alone are a phone number's business, unless the app's own names are digits.
                    let sure = matches!(cue.kind, CueKind::App { sure: true, .. });
                    if own && (sure || explicit) && (5..=11).contains(&digits) {
                        self.push_handle(text, next, name, true, found);
                    }
                    return;
                }
                let certain = !matches!(cue.kind, CueKind::App { sure: false, .. } | CueKind::Rail { .. });
                let adjacent = next.start <= begin + 4;
                let named = name.bytes().any(|b| b.is_ascii_alphabetic());
                let fits = named
                    && if certain {
                        shaped || explicit && name.len() >= 4
                    } else {
                        adjacent && (explicit && name.len() >= 4 || name.contains('_') && shaped)
                    };
                if fits {
                    self.push_handle(text, next, name, shaped || explicit, found);
                    return;
                }
            }
            at = next.end;
        }
    }

    /// `lucky_bearing88 on WeChat`.
    fn handle_before(&self, text: &Text, cue: &Cue, found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        let mut end = text.plain.locate(cue.range.start);
        for _ in 0..4 {
            let head = plain[..end].trim_end_matches([' ', ':', '"', '\'']);
            let start =
                head.rfind(|c| !is_name(c)).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
            if start >= head.len() {
                return;
            }
            let name = head[start..].trim_matches('.');
            let range = start..start + name.len();
            if name.contains('_') && is_shaped(name) && !is_taken(found, &text.plain.original(range.clone())) {
                self.push_handle(text, range, name, true, found);
                return;
            }
            end = start;
        }
    }

    #[expect(clippy::unused_self, reason = "reads beside its siblings")]
    fn push_handle(&self, text: &Text, plain_range: Range<usize>, name: &str, sure: bool, found: &mut Vec<Found>) {
        let range = text.plain.original(plain_range);
        if is_taken(found, &range) {
            return;
        }
        let disguise = undone_in(text, &range);
        found.push(Found {
            kind: EntityKind::Handle,
            range,
            value: name.trim_matches('.').to_lowercase(),
            valid: false,
            disguise,
            sure,
            host: None,
        });
    }
}

fn is_anchor(kind: CueKind) -> bool {
    matches!(kind, CueKind::App { .. } | CueKind::Id | CueKind::Rail { .. } | CueKind::Reach)
}

fn is_word_cue(kind: CueKind) -> bool {
    matches!(
        kind,
        CueKind::App { .. } | CueKind::Id | CueKind::Phone | CueKind::Email | CueKind::Rail { .. } | CueKind::Account
    )
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

fn token(plain: &str, start: usize) -> Option<Range<usize>> {
    let tail = plain.get(start..)?;
    let len = tail.find(|c| !is_name(c)).unwrap_or(tail.len());
    let name = tail[..len].trim_end_matches(['.', '-']);
    (!name.is_empty()).then_some(start..start + name.len())
}

fn next_token(plain: &str, from: usize) -> Option<Range<usize>> {
    let tail = plain.get(from..)?;
    let begin = from + tail.find(|c: char| c.is_ascii_alphanumeric() || c == '_')?;
    token(plain, begin)
}

/// Letters with digits or joints inside: no word of a language looks so.
pub(super) fn is_shaped(name: &str) -> bool {
    if !(4..=32).contains(&name.len()) {
        return false;
    }
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let joints = name.bytes().filter(|b| matches!(b, b'_' | b'.')).count();
    let dashes = name.bytes().filter(|b| *b == b'-').count();
    letters >= 2
        && (joints > 0 && letters + digits >= 4
            || digits > 0 && letters >= 2 && name.len() >= 5
            || dashes > 0 && digits > 0)
}

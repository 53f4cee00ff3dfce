//! E-mail addresses and links, plain and said in words.

use std::ops::Range;

use regex::Regex;

use super::handle::is_shaped;
use super::{Cue, CueKind, EntityKind, Extractor, Found, MOST, cue_before, is_taken, undone_in};
use crate::text::{EvasionKind, Text, floor_boundary, is_unspaced};

/// The most bytes of a provider's name cut in two.
const LONGEST_MAIL_NAME: usize = 24;
/// How far before a provider's name a word for mail may end, in bytes.
const NEAR_MAIL: usize = 60;
/// How many letters the ending of a country has.
const COUNTRY: usize = 2;
/// The most letters of a word between a name and a provider: "on", "at".
const SHORT_WORD: usize = 4;

/// The shapes of addresses that are written out plainly.
#[derive(Debug)]
pub(crate) struct Patterns {
    pub(super) email: Regex,
    pub(super) link: Regex,
    scheme: Regex,
}

impl Patterns {
    pub fn new() -> Self {
        let compile = |source: &str| Regex::new(source).unwrap_or_else(|error| unreachable!("{error}"));
        Self {
            email: compile(
                r"(?i)(?:[a-z0-9._%+\-]+\s?\s?@\s?\s?|[\p{Cyrillic}0-9._%+\-]+@)(?:[\p{L}0-9\-]+\.)+\p{L}[\p{L}0]+",
            ),
            link: compile(
                r"(?i)(?:https?://|www\.)?(?:[\p{L}0-9][\p{L}0-9\-]*\.)+\p{L}\p{L}+(?::\d+)?(?:/[^\s<>，。）)]*)?",
            ),
            scheme: compile(r"(?i)\b([a-z][a-z0-9+\-]{1,14})://[^\s<>]+"),
        }
    }
}

impl Extractor {
    pub(super) fn find_addresses(&self, text: &Text, cues: &[Cue], found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        if text.at_sign {
            for matched in self.addresses.email.find_iter(plain).take(MOST) {
                let value: String =
                    matched.as_str().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
                let Some((name, domain)) = value.split_once('@') else { continue };
                let Some((domain, rest)) = self.domain_of(domain) else { continue };
                let range = text.plain.original(matched.start()..matched.end().saturating_sub(rest));
                if self.is_official(&domain) || is_taken(found, &range) {
                    continue;
                }
                let value = format!("{name}@{domain}");
                let spaced = matched.as_str().contains(' ').then_some(EvasionKind::Spacing);
                let disguise = spaced.or_else(|| undone_in(text, &range));
                found.push(Found {
                    kind: EntityKind::Email,
                    range,
                    value,
                    valid: true,
                    disguise,
                    sure: true,
                    host: None,
                });
            }
        }
        self.find_spoken(text, cues, found);
        for matched in self.addresses.scheme.captures_iter(plain).take(MOST) {
            let (Some(whole), Some(scheme)) = (matched.get(0), matched.get(1)) else { continue };
            let Some(kind) = self.schemes.get(&scheme.as_str().to_lowercase()) else { continue };
            let range = text.plain.original(whole.range());
            found.push(Found {
                kind: EntityKind::Link,
                range,
                value: whole.as_str().to_lowercase(),
                valid: true,
                disguise: None,
                sure: true,
                host: Some(kind.clone()),
            });
        }
        for matched in self.addresses.link.find_iter(plain).take(MOST) {
            self.link(text, matched.range(), found);
        }
    }

    fn link(&self, text: &Text, plain_range: Range<usize>, found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        let written = plain[plain_range.clone()].trim_end_matches(['.', ',', '!', '?', ';', ':', '\'', '"']);
        // A word of another script may follow a bare host unspaced.
        let host = &written[written.find("://").map_or(0, |at| at + 3)..];
        let bare = !host.contains(['/', ':']) && !self.has_suffix(&host.to_lowercase());
        let known = bare && self.has_suffix(&host[..ascii_end(host)].to_lowercase());
        let written = if known { &written[..written.len() - (host.len() - ascii_end(host))] } else { written };
        let range = text.plain.original(plain_range.start..plain_range.start + written.len());
        // Part of a longer token, as in `file_name.tar` or `@handle.name`.
        let before = plain[..plain_range.start].chars().next_back();
        let goes_on = plain[plain_range.start + written.len()..].starts_with(|c: char| c.is_ascii_digit() || c == '_');
        if is_taken(found, &range) || goes_on || before.is_some_and(|c| matches!(c, '@' | '_' | '.' | '/')) {
            return;
        }
        let lower = written.to_lowercase();
        let explicit = lower.starts_with("http") || lower.starts_with("www.");
        let address = lower.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        let host = host.split(':').next().unwrap_or(host);
        let Some((name, tld)) = host.rsplit_once('.') else { return };
        if self.is_official(host) {
            return;
        }
        let kind = self.host_kind(host);
        if kind.is_none() && !explicit {
            // `name.tld` alone must look like a domain: a suffix that people type
            // bare, and no sentence run together such as `ready.Please`.
            let last = written.rsplit('.').next().unwrap_or("");
            let cased =
                last.chars().next().is_some_and(char::is_uppercase) && !written.chars().all(|c| !c.is_lowercase());
            if name.chars().count() < 2
                || name.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                || cased && path.is_empty()
            {
                return;
            }
            let suffix = tld.split('/').next().unwrap_or(tld);
            if !self.bare_tlds.contains(suffix) {
                return;
            }
        }
        if !self.has_suffix(host) {
            return;
        }
        let disguise = undone_in(text, &range);
        found.push(Found {
            kind: EntityKind::Link,
            range,
            value: address.to_owned(),
            valid: true,
            disguise,
            sure: explicit || kind.is_some() || !path.is_empty(),
            host: kind,
        });
    }

    /// Addresses with "at" and "dot" in words or in brackets: `joe (at) mail dot com`.
    fn find_spoken(&self, text: &Text, cues: &[Cue], found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        let joints = self.joints(text, cues);
        let decoded = cues.iter().any(|cue| cue.kind == CueKind::Decode);
        let mut used = 0;
        for (i, joint) in joints.iter().enumerate() {
            if i < used {
                continue;
            }
            let spoken_before = |at: usize| joints[at].spoken;
            match joint.kind {
                Joint::At => {
                    let Some(local) = Self::label_before(plain, joint.range.start, &joints[..i]) else { continue };
                    let Some((end, domain, last)) = self.domain_after(text, cues, &joints, i) else { continue };
                    // "order at shop[.]com/sale"
                    if plain[end..].starts_with('/') {
                        continue;
                    }
                    let spoken = (i..=last).any(spoken_before)
                        || joints[..i].iter().any(|j| j.spoken && j.range.start >= local.start);
                    let known = self.has_suffix(&domain) || self.is_mail_name(&domain);
                    let company =
                        cue_before(cues, text.plain.original(local.clone()).start, 60, |kind| kind == CueKind::Email)
                            .is_some();
                    // A provider's bare name needs the sign itself, or the word for mail.
                    let bare = !domain.contains('.');
                    // "buy at shop.com" is no address: the word alone, before a domain
                    // written plainly, needs the word for mail or a mail provider.
                    let word = joint.spoken && plain[joint.range.clone()].chars().all(char::is_alphanumeric);
                    let plainly = word && !joints[i + 1..=last].iter().any(|joint| joint.spoken);
                    let provider = self.is_mail_name(&domain);
                    if !known
                        || bare && joint.spoken && !company
                        || plainly && !company && (bare || !provider)
                        || !(spoken || company || provider)
                    {
                        continue;
                    }
                    let range = text.plain.original(local.start..end);
                    if is_taken(found, &range) {
                        continue;
                    }
                    let mut name = String::new();
                    compact(&plain[local.clone()], &joints[..i], local.start, &mut name);
                    found.push(Found {
                        kind: EntityKind::Email,
                        range,
                        value: format!("{name}@{domain}"),
                        valid: self.has_suffix(&domain),
                        disguise: Some(EvasionKind::Symbols),
                        sure: true,
                        host: None,
                    });
                    used = last + 1;
                }
                Joint::Dot if joint.spoken => {
                    let before = joints[..i].iter().rposition(|j| j.kind == Joint::At);
                    if before.is_some_and(|at| plain[joints[at].range.end..joint.range.start].len() < 40) && used > 0 {
                        continue;
                    }
                    let Some(local) = Self::label_before(plain, joint.range.start, &joints[..i]) else { continue };
                    let Some((end, rest, last)) = self.domain_after(text, cues, &joints, i) else { continue };
                    let mut name = String::new();
                    compact(&plain[local.clone()], &joints[..i], local.start, &mut name);
                    let host = format!("{name}.{rest}");
                    let tld = host.rsplit('.').next().unwrap_or("");
                    let bracketed = plain[joint.range.clone()].starts_with(['(', '[', '{', '<']);
                    // "no point in it": an ending that is a word needs to be spoken of.
                    let ending = self.spoken_tlds.contains(tld)
                        || decoded && tld.len() == COUNTRY && plain[joint.range.clone()].contains(char::is_alphabetic);
                    if !(bracketed || ending || self.host_kind(&host).is_some())
                        || !self.has_suffix(&host)
                        || self.is_official(&host)
                    {
                        continue;
                    }
                    let path = path_after(plain, end);
                    let range = text.plain.original(local.start..end + path.len());
                    if is_taken(found, &range) {
                        continue;
                    }
                    found.push(Found {
                        kind: EntityKind::Link,
                        range,
                        host: self.host_kind(&host),
                        value: format!("{host}{}", path.to_lowercase()),
                        valid: true,
                        disguise: Some(EvasionKind::Symbols),
                        sure: true,
                    });
                    used = last + 1;
                }
                Joint::Dot => {}
            }
        }
        self.find_named(text, cues, found);
    }

    /// A name before a mail provider, with no sign between them: `hr.build1 gmail`. The
    /// provider's name must be a word for mail itself, or one must stand before.
    fn find_named(&self, text: &Text, cues: &[Cue], found: &mut Vec<Found>) {
        let plain = text.plain.as_str();
        for cue in cues {
            let CueKind::Mail { index } = cue.kind else { continue };
            let Some(domain) = self.mail_words.get(usize::from(index)) else { continue };
            let mail = cues.iter().any(|other| {
                let near = other.range.end <= cue.range.end && cue.range.end - other.range.end <= NEAR_MAIL;
                other.kind == CueKind::Email && near
            });
            let start = text.plain.locate(cue.range.start);
            let Some(local) = name_before(plain, start).filter(|_| mail) else { continue };
            let name = &plain[local.clone()];
            let range = text.plain.original(local.start..text.plain.locate(cue.range.end));
            if is_shaped(name) && !is_taken(found, &range) && !self.has_suffix(&name.to_lowercase()) {
                found.push(Found {
                    kind: EntityKind::Email,
                    range,
                    value: format!("{}@{domain}", name.to_lowercase()),
                    valid: true,
                    disguise: Some(EvasionKind::Symbols),
                    sure: true,
                    host: None,
                });
            }
        }
    }

    /// Whether a word for "dot" at this original range stands within a domain.
    pub fn joins_domain(&self, text: &Text, dot: &Range<usize>) -> bool {
        let plain = text.plain.as_str();
        let dot = text.plain.within(dot);
        let closed = |c: char| !c.is_alphanumeric();
        let after = plain[dot.end..].trim_start_matches(closed);
        let label = &after[..after.find(|c| !is_label(c)).unwrap_or(after.len())];
        let before = plain[..dot.start].trim_end_matches(closed);
        let start = token_before(before, before.len()).unwrap_or(before.len());
        let label = label.to_lowercase();
        self.spoken_tlds.contains(&label)
            || self.host_kind(&format!("{}.{label}", before[start..].to_lowercase())).is_some()
    }

    /// The signs and words that join the parts of an address, in order.
    fn joints(&self, text: &Text, cues: &[Cue]) -> Vec<JointAt> {
        let plain = text.plain.as_str();
        let mut joints: Vec<JointAt> = cues
            .iter()
            .filter_map(|cue| {
                let kind = match cue.kind {
                    CueKind::At => Joint::At,
                    CueKind::Dot => Joint::Dot,
                    _ => return None,
                };
                let mut range = text.plain.within(&cue.range);
                // The brackets around the word belong to it.
                let opens = |c: char| matches!(c, '(' | '[' | '{' | '<' | '（' | '【' | '*' | '_' | '-');
                let closes = |c: char| matches!(c, ')' | ']' | '}' | '>' | '）' | '】' | '*' | '_' | '-');
                let left = plain[..range.start].trim_end_matches(' ');
                let right = plain[range.end..].trim_start_matches(' ');
                if let (Some(open), Some(close)) = (left.chars().next_back(), right.chars().next())
                    && opens(open)
                    && closes(close)
                {
                    range.start = left.len() - open.len_utf8();
                    range.end = plain.len() - right.len() + close.len_utf8();
                }
                // "dot com" as one word: the suffix stands behind the joint.
                if kind == Joint::Dot {
                    range.end -= self.said_suffix(&plain[range.clone()]);
                }
                Some(JointAt { kind, range, spoken: true })
            })
            .collect();
        for (at, c) in plain.char_indices() {
            let kind = match c {
                '@' => Joint::At,
                '.' | '。' | '·' | '•' | '∙' | '‧' => Joint::Dot,
                ',' if self.is_comma_for_dot(plain, at) => Joint::Dot,
                'a' | 'A' if is_bracketed_sign(plain, at) => Joint::At,
                _ => continue,
            };
            if joints.len() >= 2 * MOST {
                break;
            }
            if !joints.iter().any(|joint| joint.range.contains(&at)) {
                let spaced = plain[..at].ends_with(' ') && plain[at + c.len_utf8()..].starts_with(' ');
                let bracketed =
                    plain[..at].ends_with(['(', '[', '{']) && plain[at + c.len_utf8()..].starts_with([')', ']', '}']);
                let range = if bracketed { at - 1..at + c.len_utf8() + 1 } else { at..at + c.len_utf8() };
                joints.push(JointAt { kind, range, spoken: bracketed || spaced || c != '@' && c != '.' });
            }
        }
        joints.truncate(2 * MOST);
        // Where words of several languages meet, the longest counts.
        joints.sort_by_key(|joint| (joint.range.start, usize::MAX - joint.range.end));
        let mut end = 0;
        joints.retain(|joint| {
            let free = joint.range.start >= end;
            end = end.max(joint.range.end);
            free
        });
        joints
    }

    /// How many bytes at the end of a word for "dot" say a top-level domain.
    fn said_suffix(&self, dot: &str) -> usize {
        let last = dot.rsplit(' ').next().unwrap_or(dot);
        let said = self.tld_words.iter().map(|(word, _)| word.as_str()).filter(|word| dot.ends_with(word));
        let latin = (last.len() < dot.len() && self.spoken_tlds.contains(last)).then_some(last);
        said.chain(latin).map(str::len).filter(|&len| len < dot.len()).max().unwrap_or(0)
    }

    /// `hotmail,com`: after a mail provider's name and before a suffix, a comma is a dot.
    fn is_comma_for_dot(&self, plain: &str, at: usize) -> bool {
        let name = token_before(plain, at).map(|start| plain[start..at].to_lowercase());
        let named = name.is_some_and(|name| self.mail_names.contains(&name) || self.ends_mail_name(&plain[..at]));
        named
            && token_after(plain, at + 1)
                .is_some_and(|tld| tld.start == at + 1 && self.spoken_tlds.contains(&plain[tld].to_lowercase()))
    }

    /// Whether a text ends in a provider's name cut in two, as in `hot mail`.
    fn ends_mail_name(&self, head: &str) -> bool {
        let head = &head[floor_boundary(head, head.len().saturating_sub(LONGEST_MAIL_NAME))..];
        let mut words = head.rsplit(' ');
        let (Some(last), Some(before)) = (words.next(), words.next()) else { return false };
        self.mail_names.contains(&format!("{before}{last}").to_lowercase())
    }

    /// The label that ends at a joint, going back over earlier dots that belong to it.
    fn label_before(plain: &str, end: usize, joints: &[JointAt]) -> Option<Range<usize>> {
        let mut start = token_before(plain, end)?;
        for joint in joints.iter().rev() {
            if joint.kind == Joint::Dot && joint.range.end <= start && plain[joint.range.end..start].trim().is_empty() {
                match token_before(plain, joint.range.start) {
                    Some(at) if joint.spoken || at < joint.range.start => start = at,
                    _ => break,
                }
            }
        }
        (start < end).then_some(start..end)
    }

    /// The labels after a joint, over the dots that follow: end, domain, last joint used.
    fn domain_after(
        &self,
        text: &Text,
        cues: &[Cue],
        joints: &[JointAt],
        first: usize,
    ) -> Option<(usize, String, usize)> {
        let plain = text.plain.as_str();
        let mut domain = String::new();
        let mut last = first;
        let mut end = joints[first].range.end;
        // A provider named in words has its own suffix, unless another one follows.
        let provider = (joints[first].kind == Joint::At).then(|| self.provider_after(text, cues, end)).flatten();
        if let Some((_, after)) = provider {
            end = after;
        }
        loop {
            if provider.is_none() || last > first {
                let (label, after) = match token_after(plain, end) {
                    Some(token) => (plain[token.clone()].to_lowercase(), token.end),
                    None if last > first => self.tld_after(plain, end)?,
                    None => return None,
                };
                domain.push_str(&label);
                end = after;
            }
            match joints.get(last + 1) {
                Some(next)
                    if next.kind == Joint::Dot
                        && plain.get(end..next.range.start).is_some_and(|gap| gap.trim().is_empty()) =>
                {
                    if token_after(plain, next.range.end).is_none() && self.tld_after(plain, next.range.end).is_none() {
                        break;
                    }
                    // A full stop and a new sentence, not a further label.
                    if !next.spoken && plain[next.range.end..].starts_with(' ') {
                        break;
                    }
                    domain.push('.');
                    end = next.range.end;
                    last += 1;
                }
                _ => break,
            }
        }
        if let Some((whole, _)) = provider {
            let name = whole.split_once('.').map_or(whole, |(name, _)| name);
            domain = if domain.is_empty() { whole.to_owned() } else { format!("{name}{domain}") };
        }
        Some((end, domain, last))
    }

    /// The domain of a mail provider that is named in words right here, and where the
    /// words end.
    fn provider_after(&self, text: &Text, cues: &[Cue], at: usize) -> Option<(&str, usize)> {
        let plain = text.plain.as_str();
        let begin = plain.len() - plain[at..].trim_start_matches(' ').len();
        let named = cues.iter().filter(|cue| text.plain.locate(cue.range.start) == begin);
        let (index, end) = named
            .filter_map(|cue| match cue.kind {
                CueKind::Mail { index } => Some((index, text.plain.locate(cue.range.end))),
                _ => None,
            })
            .max_by_key(|&(_, end)| end)?;
        // The beginning of a longer name, or of a domain written plainly.
        let goes_on = plain[end..].starts_with(|c: char| is_label(c))
            || plain[end..].starts_with('.') && token_after(plain, end + 1).is_some_and(|token| token.start == end + 1);
        let domain = self.mail_words.get(usize::from(index)).filter(|_| !goes_on)?;
        Some((domain, end))
    }

    /// The top-level domain said in another script right here, and where it ends.
    fn tld_after(&self, plain: &str, at: usize) -> Option<(String, usize)> {
        let tail = plain[at..].trim_start_matches(' ');
        let begin = plain.len() - tail.len();
        let known = self.tld_words.iter().filter(|(word, _)| tail.starts_with(word.as_str()));
        known
            .max_by_key(|(word, _)| word.len())
            .filter(|(word, _)| {
                is_unspaced_at(tail, word.len()) || !tail[word.len()..].starts_with(char::is_alphanumeric)
            })
            .map(|(word, tld)| (tld.clone(), begin + word.len()))
    }

    /// A domain as it is written with what may follow it unspaced, and how many bytes do:
    /// `example.jpへ` ends in a word of another script, `mail.c0m` in a nought.
    fn domain_of(&self, written: &str) -> Option<(String, usize)> {
        if self.has_suffix(written) {
            return Some((written.to_owned(), 0));
        }
        let end = ascii_end(written);
        let head = &written[..end];
        if end < written.len() && self.has_suffix(head) {
            return Some((head.to_owned(), written.len() - end));
        }
        let (name, last) = written.rsplit_once('.')?;
        let lettered = format!("{name}.{}", last.replace('0', "o"));
        self.has_suffix(&lettered).then_some((lettered, 0))
    }

    /// Whether the public suffix list, or the pack, knows the suffix and a name
    /// stands before it.
    pub(super) fn has_suffix(&self, domain: &str) -> bool {
        has_known_suffix(domain)
            || domain.rsplit_once('.').is_some_and(|(name, tld)| !name.is_empty() && self.bare_tlds.contains(tld))
    }

    pub(super) fn host_kind(&self, host: &str) -> Option<String> {
        let mut rest = host;
        loop {
            if let Some(kind) = self.hosts.get(rest) {
                return Some(kind.clone());
            }
            rest = rest.split_once('.')?.1;
        }
    }

    pub(super) fn is_official(&self, host: &str) -> bool {
        self.official
            .iter()
            .any(|domain| host == domain || host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.ends_with('.')))
    }

    /// Whether this is a mail provider's domain, or its name without the suffix.
    fn is_mail_name(&self, domain: &str) -> bool {
        self.mail_domains.contains(domain) || self.mail_names.contains(domain)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Joint {
    At,
    Dot,
}

#[derive(Debug)]
struct JointAt {
    kind: Joint,
    /// Byte range of the plain view.
    range: Range<usize>,
    spoken: bool,
}

fn is_label(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+')
}

/// Where the ASCII letters of the last label end.
fn ascii_end(domain: &str) -> usize {
    let begin = domain.rfind('.').map_or(0, |dot| dot + 1);
    begin + domain[begin..].bytes().take_while(u8::is_ascii_alphanumeric).count()
}

/// `(a)` between two labels stands for the sign.
fn is_bracketed_sign(plain: &str, at: usize) -> bool {
    let (before, after) = (&plain[..at], &plain[at + 1..]);
    let open = before.ends_with(['(', '[', '{']) && after.starts_with([')', ']', '}']);
    open && before[..before.len() - 1].ends_with(is_label) && after[1..].starts_with(is_label)
}

/// The path right behind a host, without the punctuation that ends a sentence.
fn path_after(plain: &str, at: usize) -> &str {
    let tail = &plain[at..];
    if !tail.starts_with('/') {
        return "";
    }
    let len = tail.find(|c: char| c.is_whitespace() || "<>，。）)".contains(c)).unwrap_or(tail.len());
    tail[..len].trim_end_matches(['.', ',', '!', '?', ';', ':', '\'', '"', '/'])
}

/// The name that ends before `end`, or before one short word of another script there.
fn name_before(plain: &str, end: usize) -> Option<Range<usize>> {
    let mut head = plain[..end].trim_end_matches(' ');
    if head.ends_with(|c: char| c.is_alphabetic() && !c.is_ascii()) {
        let word = head.rfind(' ').map_or(0, |space| space + 1);
        if head[word..].chars().count() > SHORT_WORD || head[word..].contains(|c: char| c.is_ascii()) {
            return None;
        }
        head = head[..word].trim_end_matches(' ');
    }
    let is_name = |c: char| is_label(c) || c == '.';
    let start = head.rfind(|c| !is_name(c)).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    (start < head.len()).then_some(start..head.len())
}

/// Whether words of the script before this place go on without a space.
fn is_unspaced_at(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_some_and(is_unspaced)
}

fn token_before(plain: &str, end: usize) -> Option<usize> {
    let head = plain[..end].trim_end_matches([' ', '\u{a0}']);
    let start = head.rfind(|c| !is_label(c)).map_or(0, |at| at + head[at..].chars().next().map_or(1, char::len_utf8));
    (start < head.len()).then_some(start)
}

fn token_after(plain: &str, start: usize) -> Option<Range<usize>> {
    let tail = plain[start..].trim_start_matches([' ', '\u{a0}']);
    let begin = plain.len() - tail.len();
    let len = tail.find(|c| !is_label(c)).unwrap_or(tail.len());
    (len > 0).then_some(begin..begin + len)
}

/// The local part without spaces, its spoken dots as dots.
fn compact(written: &str, joints: &[JointAt], offset: usize, into: &mut String) {
    let mut at = 0;
    while at < written.len() {
        if let Some(joint) = joints.iter().find(|joint| joint.range.start == offset + at && joint.kind == Joint::Dot) {
            into.push('.');
            at = joint.range.end - offset;
            continue;
        }
        let Some(c) = written[at..].chars().next() else { break };
        if is_label(c) {
            into.extend(c.to_lowercase());
        }
        at += c.len_utf8();
    }
}

/// Whether the public suffix list knows the suffix and a name stands before it.
fn has_known_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < domain.len())
}

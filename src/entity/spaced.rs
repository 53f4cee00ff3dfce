//! Addresses and accounts with spaces between their characters: `j o e @ m a i l . c o m`,
//! `bit . ly / sale`, `D E 8 9 3 7 0 4 …`.

use std::ops::Range;

use super::account::iban_prefix;
use super::{EntityKind, Extractor, Found, MOST, is_taken};
use crate::rules::{AccountKind, Check};
use crate::text::{EvasionKind, Text, View};

/// The fewest and most characters of an IBAN (ISO 13616).
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// The text without the spaces between lone characters and around lone signs.
struct Tight {
    view: View,
    /// For each byte, whether a space before it was left out.
    joined: Vec<bool>,
    /// The last characters are spaced out and stand behind an at sign.
    domain: bool,
}

impl Extractor {
    pub(super) fn find_spaced(&self, text: &Text, found: &mut Vec<Found>) {
        let tight = Tight::new(text);
        if !tight.joined.contains(&true) {
            return;
        }
        let mut add = |range: Range<usize>, kind: EntityKind, value: String, valid: bool, host: Option<String>| {
            let range = tight.view.original(range);
            if !is_taken(found, &range) {
                let disguise = Some(EvasionKind::Spacing);
                found.push(Found { kind, range, value, valid, disguise, sure: true, host });
            }
        };
        for matched in self.addresses.email.find_iter(tight.view.as_str()).take(MOST) {
            let Some((name, domain)) = matched.as_str().split_once('@') else { continue };
            let begin = matched.start() + name.len() + 1 + (domain.len() - domain.trim_start().len());
            let Some(domain) = self.known_domain(domain.trim()) else { continue };
            let range = matched.start()..begin + domain.len();
            let domain = domain.to_lowercase();
            if tight.is_joined(&range) && !self.is_official(&domain) {
                let value = format!("{}@{domain}", name.trim().to_lowercase());
                add(range, EntityKind::Email, value, true, None);
            }
        }
        for matched in self.addresses.link.find_iter(tight.view.as_str()).take(MOST) {
            let address = ["https://", "http://"].iter().fold(matched.as_str(), |rest, lead| after(rest, lead));
            let named = after(address, "www.");
            let (host, path) = named.split_once('/').map_or((named, None), |(host, path)| (host, Some(path)));
            let Some(known) = self.known_domain(host) else { continue };
            let end = if path.is_some() { matched.end() } else { matched.end() - (host.len() - known.len()) };
            let range = matched.start()..end;
            let host = known.to_lowercase();
            let kind = self.host_kind(&host);
            // "Thanks . Me too": a lone dot is a full stop unless more tells of a link.
            let explicit = kind.is_some() || path.is_some() || named.len() < matched.len();
            let suffix = host.rsplit('.').next().is_some_and(|suffix| self.spoken_tlds.contains(suffix));
            let spelled = suffix && tight.joints(&range) > 4;
            if tight.is_joined(&range) && (explicit || spelled) && !self.is_official(&host) {
                let value = path.map_or_else(|| host.clone(), |path| format!("{host}/{path}"));
                add(range, EntityKind::Link, value, true, kind);
            }
        }
        for (scheme, pattern) in &self.accounts {
            let iban = scheme.check == Check::Iban;
            if scheme.kind != AccountKind::Bank
                || !(iban || matches!(scheme.check, Check::Nrb | Check::Clabe | Check::Cbu))
            {
                continue;
            }
            for matched in pattern.find_iter(tight.view.as_str()).take(MOST) {
                let number = if iban { iban_prefix(matched.as_str()) } else { matched.as_str() };
                let range = matched.start()..matched.start() + number.len();
                let compact: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
                let valid = scheme.check.passes(number);
                // Nobody spaces out anything else of this shape: right or not, it is meant as one.
                let spelled = tight.joints(&range) >= 8;
                if spelled && (valid || iban && IBAN.contains(&compact.len())) {
                    add(range, EntityKind::BankAccount, compact.to_uppercase(), valid, None);
                }
            }
        }
    }

    /// The domain, or the longest beginning of it, that ends in a known suffix; letters
    /// of the next words may have run into the last label.
    fn known_domain<'d>(&self, domain: &'d str) -> Option<&'d str> {
        if self.has_suffix(&domain.to_lowercase()) {
            return Some(domain);
        }
        let (name, last) = domain.rsplit_once('.')?;
        (2..last.len()).rev().filter(|&cut| last.is_char_boundary(cut)).find_map(|cut| {
            let whole = &domain[..name.len() + 1 + cut];
            let known = self.spoken_tlds.contains(&last[..cut].to_lowercase());
            (known && self.has_suffix(&whole.to_lowercase())).then_some(whole)
        })
    }
}

/// The rest behind an ASCII lead in either case, or all where it does not lead.
fn after<'t>(text: &'t str, lead: &str) -> &'t str {
    match text.get(..lead.len()) {
        Some(head) if head.eq_ignore_ascii_case(lead) => &text[lead.len()..],
        _ => text,
    }
}

impl Tight {
    fn new(text: &Text) -> Self {
        let plain = text.plain.as_str();
        let mut tight = Self { view: View::default(), joined: Vec::new(), domain: false };
        let mut last: Option<(&str, usize)> = None;
        let mut at = 0;
        while let Some(begin) = plain[at..].find(|c: char| !c.is_whitespace()).map(|n| at + n) {
            let end = plain[begin..].find(char::is_whitespace).map_or(plain.len(), |n| begin + n);
            let token = &plain[begin..end];
            let joins = last.is_some_and(|(before, before_end)| {
                &plain[before_end..begin] == " "
                    && (is_lone(before) && is_lone(token) || is_sign(before) || is_sign(token))
            });
            if let Some((_, before_end)) = last.filter(|_| !joins) {
                tight.push(text, before_end..begin, false);
            }
            tight.push(text, begin..end, joins);
            last = Some((token, end));
            at = end;
        }
        tight
    }

    /// Adds a part of the plain reading; `joined` says that a space before it was left out.
    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn push(&mut self, text: &Text, plain: Range<usize>, joined: bool) {
        let part = &text.plain.as_str()[plain.clone()];
        for (offset, c) in part.char_indices() {
            let at = plain.start + offset;
            let range = text.plain.original(at..at + c.len_utf8());
            let c = match c {
                _ if part == "。" => '.',
                // Behind the sign stand letters: `c 0 m`.
                '0' if part == "0" && joined && self.domain => 'o',
                _ => c,
            };
            self.domain = c == '@' || self.domain && (joined || offset > 0);
            self.view.push(c, range.start as u32, range.end as u32);
            self.joined.resize(self.view.as_str().len(), joined && offset == 0);
        }
    }

    /// How many spaces were left out inside a range.
    fn joints(&self, range: &Range<usize>) -> usize {
        self.joined[range.clone()].iter().filter(|joined| **joined).count()
    }

    fn is_joined(&self, range: &Range<usize>) -> bool {
        self.joined.get(range.start + 1..range.end).is_some_and(|joined| joined.contains(&true))
    }
}

/// One character by itself.
fn is_lone(token: &str) -> bool {
    let mut chars = token.chars();
    chars.next().is_some() && chars.next().is_none()
}

/// A sign of addresses by itself.
fn is_sign(token: &str) -> bool {
    matches!(token, "." | "@" | "/" | "_" | "。")
}

#[cfg(test)]
mod tests {
    use super::Tight;
    use crate::text::{FoldTables, Folder, Text};

    #[test]
    fn only_lone_characters_and_signs_are_joined() {
        let folder = Folder::new(&FoldTables::default(), Vec::new());
        for (plain, tight) in [
            ("h a l i c i 5 5 @ h o t m a i l . c o m bana yaz", "halici55@hotmail.com bana yaz"),
            ("cv . rajut . bandung @ g m a i l", "cv.rajut.bandung@gmail"),
            ("bit . ly / sale 9", "bit.ly/sale 9"),
            ("m e i 8 0 @ g m a i l . c 0 m", "mei80@gmail.com"),
            ("a b  c d", "ab  cd"),
            ("I see a dog", "I see a dog"),
            ("", ""),
        ] {
            let mut text = Text::default();
            folder.fold(plain, &mut text);
            assert_eq!(Tight::new(&text).view.as_str(), tight);
        }
    }
}

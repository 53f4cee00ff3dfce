//! Addresses and accounts with spaces between their characters: `j o e @ m a i l . c o m`,
//! `bit . ly / sale`, `D E 8 9 3 7 0 4 …`.

use std::ops::Range;

use super::account::{AccountKind, Check, iban_prefix};
use super::{EntityKind, Extractor, Found, MOST, is_taken};
use crate::text::{EvasionKind, Text};

/// The fewest and most characters of an IBAN (ISO 13616).
const IBAN: std::ops::RangeInclusive<usize> = 15..=34;

/// The text without the spaces between lone characters and around lone signs.
struct Tight {
    text: String,
    /// The place in the plain reading of each byte.
    plain: Vec<usize>,
    /// For each byte, whether a space before it was left out.
    joined: Vec<bool>,
}

impl Extractor {
    pub(super) fn find_spaced(&self, text: &Text, found: &mut Vec<Found>) {
        let tight = Tight::new(text.plain.as_str());
        if !tight.joined.contains(&true) {
            return;
        }
        let mut add = |range: Range<usize>, kind: EntityKind, value: String, valid: bool, host: Option<String>| {
            let range = text.plain.original(tight.plain(range));
            if !is_taken(found, &range) {
                let disguise = Some(EvasionKind::Spacing);
                found.push(Found { kind, range, value, valid, disguise, sure: true, host });
            }
        };
        for matched in self.addresses.email.find_iter(&tight.text).take(MOST) {
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
        for matched in self.addresses.link.find_iter(&tight.text).take(MOST) {
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
            if scheme.kind != AccountKind::Bank || scheme.check != Check::Iban {
                continue;
            }
            for matched in pattern.find_iter(&tight.text).take(MOST) {
                let number = iban_prefix(matched.as_str());
                let range = matched.start()..matched.start() + number.len();
                let compact: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
                let valid = scheme.check.passes(number);
                // Nobody spaces out anything else of this shape: right or not, it is meant as one.
                let spelled = tight.joints(&range) >= 8;
                if spelled && (valid || IBAN.contains(&compact.len())) {
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
    fn new(plain: &str) -> Self {
        let mut tight = Self { text: String::new(), plain: Vec::new(), joined: Vec::new() };
        let mut last: Option<(&str, usize)> = None;
        let mut joins = false;
        let mut at = 0;
        while let Some(begin) = plain[at..].find(|c: char| !c.is_whitespace()).map(|n| at + n) {
            let end = plain[begin..].find(char::is_whitespace).map_or(plain.len(), |n| begin + n);
            let token = &plain[begin..end];
            if let Some((before, before_end)) = last {
                let gap = &plain[before_end..begin];
                joins = gap == " " && (is_lone(before) && is_lone(token) || is_sign(before) || is_sign(token));
                if !joins {
                    for (offset, c) in gap.char_indices() {
                        tight.push(c, before_end + offset, false);
                    }
                }
            }
            for (offset, c) in token.char_indices() {
                let c = if token == "。" { '.' } else { c };
                tight.push(c, begin + offset, joins && offset == 0);
            }
            last = Some((token, end));
            at = end;
        }
        tight
    }

    fn push(&mut self, c: char, plain: usize, joined: bool) {
        self.text.push(c);
        self.plain.resize(self.text.len(), plain);
        self.joined.resize(self.text.len(), joined);
    }

    /// How many spaces were left out inside a range.
    fn joints(&self, range: &Range<usize>) -> usize {
        self.joined[range.clone()].iter().filter(|joined| **joined).count()
    }

    fn is_joined(&self, range: &Range<usize>) -> bool {
        self.joined.get(range.start + 1..range.end).is_some_and(|joined| joined.contains(&true))
    }

    /// The range of the plain reading that a range of the tight text came from.
    fn plain(&self, range: Range<usize>) -> Range<usize> {
        let last = self.plain[range.end - 1];
        let width = self.text[..range.end].chars().next_back().map_or(1, char::len_utf8);
        self.plain[range.start]..last + width
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

    #[test]
    fn only_lone_characters_and_signs_are_joined() {
        for (plain, tight) in [
            ("h a l i c i 5 5 @ h o t m a i l . c o m bana yaz", "halici55@hotmail.com bana yaz"),
            ("cv . rajut . bandung @ g m a i l", "cv.rajut.bandung@gmail"),
            ("bit . ly / sale 9", "bit.ly/sale 9"),
            ("a b  c d", "ab  cd"),
            ("I see a dog", "I see a dog"),
            ("", ""),
        ] {
            assert_eq!(Tight::new(plain).text, tight);
        }
    }
}

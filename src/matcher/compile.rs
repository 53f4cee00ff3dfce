//! From the pack as written to the pack as searched.

use std::collections::HashMap;

use regex::Regex;

use super::names::Names;
use super::{AtomGroup, CompiledNeutraliser, CompiledRule, Conjunction, KnownAtoms, Matcher};
use crate::builtin;
use crate::entity::Extractor;
use crate::rules::{ConceptTable, Expr, RulePack};
use crate::vocabulary::{self, Atom, Atoms, Vocabulary};

/// The entities by name, in the order of `EntityKind`.
const ENTITIES: [&str; 8] = ["phone", "email", "link", "handle", "bank", "card", "wallet", "payment_id"];

impl Matcher {
    /// Compiles a pack that has been checked; `languages` limits the words,
    /// none means all; `official` are the platform's own domains.
    pub fn compile(
        pack: &RulePack,
        languages: Option<&[String]>,
        official: &[String],
        official_accounts: &[String],
    ) -> Self {
        let vocabulary = builtin::vocabulary_of(pack);
        let mut atoms = Atoms::from(vocabulary.atoms.clone());
        let wanted = |code: &str| {
            languages
                .is_none_or(|wanted| wanted.iter().any(|w| code == w || code.split('-').next() == w.split('-').next()))
        };
        let wanted = vocabulary
            .languages
            .iter()
            .enumerate()
            .filter(|(_, code)| wanted(code))
            .fold(vocabulary.lexicon.anywhere, |all, (language, _)| all | vocabulary::bit(language));
        let known = KnownAtoms {
            yields: flagged(pack, &atoms, |concept| concept.yields),
            claimable: flagged(pack, &atoms, |concept| concept.claimable),
            sparing: flagged(pack, &atoms, |concept| concept.spares),
            claims: flagged(pack, &atoms, |concept| concept.claims),
            silences: flagged(pack, &atoms, |concept| concept.silences),
            clause_break: atoms.get("break"),
            common: atoms.get("common"),
            digits: atoms.one("@digits"),
            brief: atoms.one("@brief"),
            price: atoms.one("@price"),
            question: atoms.one("@question"),
            announcers: ["filter", "decode", "reach_me"].iter().filter_map(|name| atoms.get(name)).collect(),
            pretexts: ["pretext", "urgency"].iter().filter_map(|name| atoms.get(name)).collect(),
            entities: ENTITIES
                .iter()
                .map(|kind| {
                    ["", ".alone", ".disguised", ".sure"]
                        .map(|variant| Some(atoms.intern(&format!("@{kind}{variant}"))))
                })
                .collect(),
            hosts: host_kinds(pack).map(|kind| (kind.clone(), atoms.intern(&format!("@link.{kind}")))).collect(),
        };
        let names = Names::new(pack, &vocabulary, &mut atoms);
        let (rules, neutralisers) = compile_rules(pack, &mut atoms);
        Self {
            extractor: extractor(pack, &vocabulary, official, official_accounts),
            rules,
            neutralisers,
            regions: vocabulary
                .languages
                .iter()
                .map(|code| pack.languages.get(code).map_or_else(Vec::new, |known| known.regions.clone()))
                .collect(),
            wanted,
            atom_names: atoms.names,
            known,
            names,
            vocabulary,
        }
    }
}

fn flagged(pack: &RulePack, atoms: &Atoms, flag: impl Fn(&ConceptTable) -> bool) -> Vec<Atom> {
    pack.concepts.values().filter(|concept| flag(concept)).filter_map(|concept| atoms.get(&concept.name)).collect()
}

/// The rules and neutralisers over numbered atoms.
fn compile_rules(pack: &RulePack, atoms: &mut Atoms) -> (Vec<CompiledRule>, Vec<CompiledNeutraliser>) {
    let kinds: Vec<&str> = {
        let mut kinds: Vec<&str> = pack.neutralisers.iter().map(|n| n.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    let kind_bit = |kind: &str| kinds.iter().position(|known| *known == kind).map_or(0, |at| 1_u32 << (at % 32));
    let rules = pack
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| rule.enabled)
        .map(|(index, rule)| CompiledRule {
            index,
            signal: pack.signals.iter().position(|signal| signal.id == rule.signal).unwrap_or(0),
            weight: rule.weight,
            alternatives: conjunctions(&rule.when, atoms),
            pattern: rule.pattern.as_deref().and_then(|pattern| Regex::new(pattern).ok()),
            within: u32::from(rule.within),
            scope: rule.scope,
            shared: rule.shared,
            unless: rule.unless.iter().map(|kind| kind_bit(kind)).fold(0, |all, bit| all | bit),
        })
        .collect();
    let neutralisers = pack
        .neutralisers
        .iter()
        .enumerate()
        .map(|(index, neutraliser)| CompiledNeutraliser {
            index,
            alternatives: conjunctions(&neutraliser.when, atoms),
            within: u32::from(neutraliser.within),
            scope: neutraliser.scope,
            exempts: neutraliser.exempts,
            carries: neutraliser.carries,
            kind: kind_bit(&neutraliser.kind),
        })
        .collect();
    (rules, neutralisers)
}

fn conjunctions(expressions: &[Expr], atoms: &mut Atoms) -> Vec<Conjunction> {
    expressions
        .iter()
        .map(|expr| Conjunction {
            groups: expr
                .groups
                .iter()
                .map(|group| AtomGroup {
                    atoms: group.atoms.iter().map(|atom| atoms.intern(atom)).collect(),
                    after_previous: group.after_previous,
                    within: group.within.map(u32::from),
                })
                .collect(),
            absent: expr.absent.iter().map(|atom| atoms.intern(atom)).collect(),
            banned: expr.banned.iter().map(|atom| atoms.intern(atom)).collect(),
        })
        .collect()
}

fn host_kinds(pack: &RulePack) -> impl Iterator<Item = &String> {
    let mut kinds: Vec<&String> =
        pack.hosts.iter().map(|(_, kind)| kind).chain(pack.apps.iter().map(|app| &app.kind)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter()
}

/// Accounts are written in ASCII once folded: ASCII classes search faster, and an
/// ASCII word edge holds between a Chinese label and its number.
fn ascii_classes(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)").replace(r"\d", "[0-9]").replace(r"\w", "[0-9A-Za-z_]")
}

fn extractor(pack: &RulePack, vocabulary: &Vocabulary, official: &[String], official_accounts: &[String]) -> Extractor {
    let mut hosts: HashMap<String, String> =
        pack.hosts.iter().map(|(host, kind)| (host.to_lowercase(), kind.clone())).collect();
    let mut schemes = HashMap::new();
    for app in &pack.apps {
        hosts.extend(app.hosts.iter().map(|host| (host.to_lowercase(), app.kind.clone())));
        schemes.extend(app.schemes.iter().map(|scheme| (scheme.to_lowercase(), app.kind.clone())));
    }
    for rail in &pack.rails {
        hosts.extend(rail.hosts.iter().map(|host| (host.to_lowercase(), "payment".to_owned())));
    }
    Extractor {
        accounts: pack
            .accounts
            .iter()
            .filter_map(|scheme| Some((scheme.clone(), Regex::new(&ascii_classes(&scheme.pattern)).ok()?)))
            .collect(),
        hosts,
        schemes,
        bare_tlds: pack.bare_tlds.iter().cloned().collect(),
        spoken_tlds: pack.spoken_tlds.iter().cloned().collect(),
        default_regions: pack.default_regions.clone(),
        mail_domains: pack.mail_domains.iter().cloned().collect(),
        mail_words: vocabulary.mail.clone(),
        tld_words: pack.tld_words.clone(),
        mail_names: pack
            .mail_domains
            .iter()
            .filter_map(|domain| domain.split_once('.'))
            .map(|(name, _)| name.to_owned())
            .collect(),
        handles: pack
            .apps
            .iter()
            .map(|app| {
                let handle = app.handle.as_deref()?;
                regex::RegexBuilder::new(handle).case_insensitive(true).build().ok()
            })
            .collect(),
        values: vocabulary.values.clone(),
        official: official.iter().map(|domain| domain.to_lowercase()).collect(),
        official_accounts: official_accounts.iter().cloned().collect(),
        addresses: Extractor::patterns(),
    }
}

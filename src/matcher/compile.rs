//! From the pack as written to the pack as searched.

use std::collections::{BTreeMap, HashMap};

use regex::Regex;

use super::lexicon::{AffixList, Disguisable, Meaning};
use super::{Atom, AtomGroup, AtomList, CompiledNeutraliser, CompiledRule, Conjunction, KnownAtoms, Lexicon, Matcher};
use crate::entity::{CueKind, Extractor};
use crate::rules::{ConceptTable, Expr, Named, RulePack, Tier, Word};
use crate::text::{Folder, is_unspaced, squash_word};

/// The fewest letters a word needs to be looked for in disguise.
const DISGUISABLE: usize = 5;
/// The fewest letters with which a mere space inside a word is disguise.
const LONG: usize = 7;

/// The entities by name, in the order of `EntityKind`.
const ENTITIES: [&str; 8] = ["phone", "email", "link", "handle", "bank", "card", "wallet", "payment_id"];

/// Names of atoms to their numbers.
#[derive(Default)]
struct Atoms {
    names: Vec<String>,
    index: HashMap<String, Atom>,
}

impl Atoms {
    fn intern(&mut self, name: &str) -> Atom {
        if let Some(&atom) = self.index.get(name) {
            return atom;
        }
        let atom = Atom::try_from(self.names.len()).unwrap_or(Atom::MAX);
        self.names.push(name.to_owned());
        self.index.insert(name.to_owned(), atom);
        atom
    }
}

/// The words being gathered: meanings by folded text.
struct Words<'f> {
    folder: &'f Folder,
    meanings: BTreeMap<String, Vec<Meaning>>,
    disguised: Vec<(String, Disguisable)>,
}

impl Words<'_> {
    fn add(&mut self, word: &Word, meaning: &Meaning) {
        let folded = self.folder.fold_word(&word.text);
        if folded.is_empty() {
            return;
        }
        let meaning = Meaning { open_start: word.open_start, open_end: word.open_end, ..meaning.clone() };
        if meaning.strong && !meaning.ambiguous {
            let (squashed, spaces) = squash_word(&folded);
            let letters = squashed.chars().count();
            let unspaced = squashed.chars().next().is_some_and(is_unspaced);
            if letters >= if unspaced { 2 } else { DISGUISABLE } && squashed.chars().all(char::is_alphanumeric) {
                let long = letters >= LONG && spaces.is_empty();
                self.disguised.push((squashed, Disguisable { meaning: meaning.clone(), spaces, long }));
            }
        }
        let all = self.meanings.entry(folded).or_default();
        // The same word with the same meaning in several languages is one meaning.
        let same = |known: &&mut Meaning| {
            known.atoms.as_slice() == meaning.atoms.as_slice()
                && known.cue == meaning.cue
                && known.open_end == meaning.open_end
                && known.open_start == meaning.open_start
        };
        match all.iter_mut().find(same) {
            Some(known) => known.languages |= meaning.languages,
            None => all.push(meaning),
        }
    }
}

impl Matcher {
    /// Compiles a pack that has been checked; `languages` limits the words,
    /// none means all; `official` are the platform's own domains.
    pub fn compile(
        pack: &RulePack,
        languages: Option<&[String]>,
        official: &[String],
        official_accounts: &[String],
    ) -> Self {
        let folder = Folder::new(&pack.fold, kept_signs(pack));
        let mut atoms = Atoms::default();
        let wanted = |code: &str| {
            languages
                .is_none_or(|wanted| wanted.iter().any(|w| code == w || code.split('-').next() == w.split('-').next()))
        };
        let mut codes: Vec<String> = pack.languages.keys().filter(|code| wanted(code)).cloned().collect();
        for number in &pack.numbers {
            if wanted(&number.language) && !codes.contains(&number.language) {
                codes.push(number.language.clone());
            }
        }
        // One more, for the names that belong to no language.
        let anywhere = bit(codes.len());
        let (words, values) = gather(pack, &codes, &folder, &mut atoms, anywhere);
        let Words { meanings, mut disguised, .. } = words;
        let key = |(text, word): &(String, Disguisable)| {
            (text.clone(), word.meaning.atoms.as_slice().to_vec(), word.spaces.clone())
        };
        disguised.sort_by_key(key);
        disguised.dedup_by_key(|word| key(word));
        let evasion = one(&mut atoms, "evasion");
        let known = KnownAtoms {
            yields: flagged(pack, &atoms, |concept| concept.yields),
            claimable: flagged(pack, &atoms, |concept| concept.claimable),
            sparing: flagged(pack, &atoms, |concept| concept.spares),
            claims: flagged(pack, &atoms, |concept| concept.claims),
            silences: flagged(pack, &atoms, |concept| concept.silences),
            clause_break: atoms.index.get("break").copied(),
            common: atoms.index.get("common").copied(),
            evasion,
            digits: one(&mut atoms, "@digits"),
            brief: one(&mut atoms, "@brief"),
            announcers: ["filter", "decode", "reach_me"]
                .iter()
                .filter_map(|name| atoms.index.get(*name).copied())
                .collect(),
            pretexts: ["pretext", "urgency"].iter().filter_map(|name| atoms.index.get(*name).copied()).collect(),
            anywhere,
            entities: ENTITIES
                .iter()
                .map(|kind| {
                    ["", ".alone", ".disguised", ".sure"]
                        .map(|variant| Some(atoms.intern(&format!("@{kind}{variant}"))))
                })
                .collect(),
            hosts: host_kinds(pack).map(|kind| (kind.clone(), atoms.intern(&format!("@link.{kind}")))).collect(),
        };
        let (rules, neutralisers) = compile_rules(pack, &mut atoms);
        let (mut prefixes, mut suffixes) = (AffixList::new(), AffixList::new());
        for (language, code) in codes.iter().enumerate() {
            let Some(known) = pack.languages.get(code) else { continue };
            let languages = bit(language);
            for (list, map) in [(&known.prefixes, &mut prefixes), (&known.suffixes, &mut suffixes)] {
                for affix in list {
                    *map.entry(folder.fold_word(affix)).or_default() |= languages;
                }
            }
        }
        Self {
            lexicon: Lexicon::new(
                &meanings.into_iter().collect::<Vec<_>>(),
                disguised,
                &prefixes,
                &suffixes,
                anywhere,
                evasion,
            ),
            extractor: extractor(pack, values, official, official_accounts),
            rules,
            neutralisers,
            regions: codes
                .iter()
                .map(|code| pack.languages.get(code).map_or_else(Vec::new, |known| known.regions.clone()))
                .collect(),
            languages: codes,
            atom_names: atoms.names,
            known,
            folder,
        }
    }
}

fn one(atoms: &mut Atoms, name: &str) -> AtomList {
    let mut list = AtomList::default();
    list.push(atoms.intern(name));
    list
}

fn flagged(pack: &RulePack, atoms: &Atoms, flag: impl Fn(&ConceptTable) -> bool) -> Vec<Atom> {
    pack.concepts
        .values()
        .filter(|concept| flag(concept))
        .filter_map(|concept| atoms.index.get(&concept.name).copied())
        .collect()
}

/// All words of the pack with their meanings, and the values of number words.
fn gather<'f>(
    pack: &RulePack,
    codes: &[String],
    folder: &'f Folder,
    atoms: &mut Atoms,
    anywhere: u64,
) -> (Words<'f>, Vec<String>) {
    let mut words = Words { folder, meanings: BTreeMap::new(), disguised: Vec::new() };
    let mut values: Vec<String> = Vec::new();
    for (language, code) in codes.iter().enumerate() {
        let language = bit(language);
        if let Some(known) = pack.languages.get(code) {
            for (concept, word) in &known.words {
                let mut list = AtomList::default();
                list.push(atoms.intern(concept));
                let strong = pack.concepts.get(&**concept).is_some_and(|known| known.tier == Tier::Strong);
                words.add(word, &meaning(list, cue_of(concept), strong, false, language));
            }
        }
    }
    for number in &pack.numbers {
        let Some(language) = codes.iter().position(|code| *code == number.language) else { continue };
        let value = values.iter().position(|value| *value == number.value).unwrap_or_else(|| {
            values.push(number.value.clone());
            values.len() - 1
        });
        let cue = CueKind::Number { value: u16::try_from(value).unwrap_or(0), homophone: number.homophone };
        let language = bit(language);
        words.add(&number.word, &meaning(AtomList::default(), Some(cue), false, false, language));
    }
    for (index, app) in pack.apps.iter().enumerate() {
        let cue = CueKind::App { index: u16::try_from(index).unwrap_or(u16::MAX), sure: true };
        let talks = matches!(app.kind.as_str(), "messenger" | "social");
        add_named(&mut words, atoms, app, "app", talks, cue, anywhere);
    }
    for rail in &pack.rails {
        add_named(&mut words, atoms, rail, "rail", rail.kind != "bank", rail_cue(rail), anywhere);
    }
    for (index, (word, _)) in pack.mail_names.iter().enumerate() {
        let cue = CueKind::Mail { index: u16::try_from(index).unwrap_or(u16::MAX) };
        words.add(word, &meaning(AtomList::default(), Some(cue), false, false, anywhere));
    }
    (words, values)
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

fn meaning(atoms: AtomList, cue: Option<CueKind>, strong: bool, ambiguous: bool, languages: u64) -> Meaning {
    Meaning { atoms, cue, strong, ambiguous, open_start: false, open_end: false, languages }
}

/// The bit of a language.
fn bit(language: usize) -> u64 {
    1 << language.min(63)
}

/// The names of one app or rail: `app`, `app?`, `app.kind`, `app.id`. What is
/// not `main` (video tools, other shops, banks) answers only to its kind and id.
fn add_named(
    words: &mut Words<'_>,
    atoms: &mut Atoms,
    named: &Named,
    base: &str,
    main: bool,
    cue: CueKind,
    language: u64,
) {
    for (list, sure) in [(&named.names, true), (&named.ambiguous, false)] {
        let mut names = AtomList::default();
        if main && sure {
            names.push(atoms.intern(base));
        }
        if main {
            names.push(atoms.intern(&format!("{base}?")));
        }
        if sure {
            names.push(atoms.intern(&format!("{base}.{}", named.kind)));
            names.push(atoms.intern(&format!("{base}.{}", named.id)));
        }
        names.push(atoms.intern(&format!("{base}?.{}", named.kind)));
        names.push(atoms.intern(&format!("{base}?.{}", named.id)));
        for word in list {
            // Video tools and shops are links' business, not where handles live.
            let cue = match cue {
                CueKind::App { index, .. } if main => Some(CueKind::App { index, sure }),
                CueKind::Rail { bank, .. } => Some(CueKind::Rail { sure, bank }),
                _ => None,
            };
            words.add(word, &meaning(names, cue, true, !sure, language));
        }
    }
}

fn rail_cue(rail: &Named) -> CueKind {
    CueKind::Rail { sure: true, bank: rail.kind == "bank" }
}

fn cue_of(concept: &str) -> Option<CueKind> {
    Some(match concept {
        "at" => CueKind::At,
        "dot" => CueKind::Dot,
        "slash" => CueKind::Slash,
        "unit" => CueKind::Unit,
        "currency" => CueKind::Currency,
        "number_label" => CueKind::NumberLabel,
        "phone" | "call" => CueKind::Phone,
        "email" => CueKind::Email,
        "id" => CueKind::Id,
        "reach_me" => CueKind::Reach,
        "reach" => CueKind::Contact,
        "account" => CueKind::Account,
        "decode" => CueKind::Decode,
        _ => return None,
    })
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
                })
                .collect(),
            absent: expr.absent.iter().map(|atom| atoms.intern(atom)).collect(),
        })
        .collect()
}

/// Every sign that some word of the pack contains.
fn kept_signs(pack: &RulePack) -> Vec<char> {
    let words = pack.languages.values().flat_map(|language| language.words.iter().map(|(_, word)| word));
    let names = pack.apps.iter().chain(&pack.rails).flat_map(|named| named.names.iter().chain(&named.ambiguous));
    let numbers = pack.numbers.iter().map(|number| &number.word);
    words
        .chain(names)
        .chain(numbers)
        .flat_map(|word| word.text.chars())
        .filter(|c| !c.is_alphanumeric() && !c.is_whitespace() && *c != '\'')
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

fn extractor(pack: &RulePack, values: Vec<String>, official: &[String], official_accounts: &[String]) -> Extractor {
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
        mail_words: pack.mail_names.iter().map(|(_, domain)| domain.clone()).collect(),
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
        values,
        official: official.iter().map(|domain| domain.to_lowercase()).collect(),
        official_accounts: official_accounts.iter().cloned().collect(),
        addresses: Extractor::patterns(),
    }
}

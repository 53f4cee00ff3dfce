//! Reads the files of a pack, collecting every fault before refusing it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;

use super::format::{
    AppsFile, BoostsTable, ConceptsFile, HostsTable, NameTable, NeutralisersFile, PackFile, RailsFile, RuleTable,
    Scope, SignalFile, TextsFile, ThresholdsTable, When,
};
use super::words::{Word, expand};
use super::{
    AccountKind, AccountScheme, Check, Example, Examples, Expr, Fault, Language, Named, Neutraliser, NumberWord, Rule,
    RulePack, RulePackError, expr, fault,
};

/// The version of the rule format that this code reads.
const ENGINE: &str = "0.1";

/// Stands for the signal's own list until that is known.
const INHERITED: &str = "*";

/// Kinds of link hosts; an app's own hosts have the app's kind.
const HOST_KINDS: [&str; 14] = [
    "messenger",
    "social",
    "video",
    "marketplace",
    "forum",
    "shortener",
    "bio",
    "form",
    "meeting",
    "file",
    "shop",
    "maps",
    "payment",
    "official",
];
const APP_KINDS: [&str; 5] = ["messenger", "social", "video", "marketplace", "forum"];
const RAIL_KINDS: [&str; 8] = ["remittance", "wallet", "instant", "crypto", "gift_card", "bank", "card", "paylater"];
const DIRECTIONS: [&str; 3] = ["offer", "request", "both"];

/// The entities a rule may ask for, each with its variants.
const ENTITIES: [&str; 12] = [
    "@phone",
    "@email",
    "@link",
    "@handle",
    "@bank",
    "@card",
    "@wallet",
    "@payment_id",
    "@digits",
    "@brief",
    "@price",
    "@question",
];
const VARIANTS: [&str; 3] = ["alone", "disguised", "sure"];

struct Loader {
    faults: Vec<Fault>,
    pack: RulePack,
    disabled: HashSet<String>,
    weights: BTreeMap<String, f64>,
    /// What is checked once everything is read: places of names in use.
    deferred: Vec<Deferred>,
}

/// A name that must turn out to be known.
struct Deferred {
    what: What,
    name: String,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Concept,
    Atom,
    Signal,
    Kind,
    Language,
}

pub(super) fn read_dir(dir: &Path) -> Result<Vec<(String, String)>, RulePackError> {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(Fault::of_file(
                    "unreadable",
                    &folder.display().to_string(),
                    error.to_string(),
                    "name a directory that can be read",
                ));
                continue;
            }
        };
        let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if !path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
                continue;
            }
            let name = path.strip_prefix(dir).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            match fs::read_to_string(&path) {
                Ok(content) => files.push((name, content)),
                Err(error) => faults.push(Fault::of_file(
                    "unreadable",
                    &name,
                    error.to_string(),
                    "make the file readable UTF-8 text",
                )),
            }
        }
    }
    if files.is_empty() && faults.is_empty() {
        faults.push(Fault::of_file(
            "empty",
            &dir.display().to_string(),
            "no rule files here".into(),
            "name a directory laid out like the built-in `rules/`",
        ));
    }
    if faults.is_empty() { Ok(files) } else { Err(RulePackError::new(faults)) }
}

pub(super) fn from_files(files: &[(String, String)]) -> Result<RulePack, RulePackError> {
    let mut loader = Loader {
        faults: Vec::new(),
        pack: RulePack {
            name: String::new(),
            version: String::new(),
            thresholds: ThresholdsTable { notice: 0.3, warn: 0.5, report: 0.7 },
            boosts: BoostsTable::default(),
            signals: Vec::new(),
            concepts: BTreeMap::new(),
            bare_tlds: Vec::new(),
            spoken_tlds: Vec::new(),
            default_regions: Vec::new(),
            languages: BTreeMap::new(),
            apps: Vec::new(),
            rails: Vec::new(),
            hosts: Vec::new(),
            mail_domains: Vec::new(),
            mail_names: Vec::new(),
            tld_words: Vec::new(),
            accounts: Vec::new(),
            rules: Vec::new(),
            neutralisers: Vec::new(),
            texts: BTreeMap::new(),
            fold: crate::text::FoldTables::default(),
            numbers: Vec::new(),
            is_wordless: false,
        },
        disabled: HashSet::new(),
        weights: BTreeMap::new(),
        deferred: Vec::new(),
    };
    for (name, content) in files {
        loader.file(name, content);
    }
    loader.finish()
}

impl Loader {
    fn file(&mut self, name: &str, content: &str) {
        let mut parts = name.rsplit('/');
        let base = parts.next().unwrap_or(name);
        let folder = parts.next().unwrap_or("");
        match (folder, base) {
            ("concepts", _) => self.parse(name, content, Self::concepts),
            ("signals", _) => self.parse(name, content, Self::signals),
            ("texts", _) => self.parse(name, content, |loader, _, _, file: TextsFile| {
                loader.pack.texts.insert(file.language.clone(), file);
            }),
            ("fold", _) => self.fold(name, base, content),
            (_, "pack.toml") => self.parse(name, content, Self::identity),
            (_, "apps.toml") => self.parse(name, content, Self::apps),
            (_, "rails.toml") => self.parse(name, content, Self::rails),
            (_, "neutralisers.toml") => self.parse(name, content, Self::neutralisers),
            _ => self.faults.push(Fault::of_file(
                "unknown-file",
                name,
                "not a file of a rule pack".into(),
                "see rules/README.md for the files a pack may have",
            )),
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str, content: &str, then: impl FnOnce(&mut Self, &str, &str, T)) {
        match toml::from_str(content) {
            Ok(parsed) => then(self, name, content, parsed),
            Err(error) => {
                let range = error.span().unwrap_or(0..0);
                self.faults.push(Fault::at(
                    "toml",
                    name,
                    content,
                    range,
                    error.message().trim_end().to_owned(),
                    "mend the TOML; rules/rule.schema.json lists the keys each file may have",
                ));
            }
        }
    }

    fn identity(&mut self, name: &str, _: &str, file: PackFile) {
        if let Some(engine) = &file.engine
            && engine != ENGINE
        {
            self.faults.push(Fault::of_file(
                "engine",
                name,
                format!("the pack is written for engine {engine}, this is engine {ENGINE}"),
                "use the pack that belongs to this version of queja, or see the changelog for what changed",
            ));
        }
        let pack = &mut self.pack;
        if let Some(name) = file.name {
            pack.name = name;
        }
        if let Some(version) = file.version {
            pack.version = version;
        }
        if let Some(thresholds) = file.thresholds {
            pack.thresholds = thresholds;
        }
        if let Some(boosts) = file.boosts {
            pack.boosts = boosts;
        }
        for signal in file.signal {
            pack.signals.retain(|known| known.id != signal.id);
            pack.signals.push(signal);
        }
        pack.concepts.extend(file.concept.into_iter().map(|concept| (concept.name.clone(), concept)));
        if let Some(links) = file.links {
            pack.bare_tlds.extend(links.bare_tlds);
            pack.spoken_tlds.extend(links.spoken_tlds);
            for (tld, words) in links.tld_words {
                pack.tld_words.extend(words.into_iter().map(|word| (word, tld.clone())));
            }
        }
        if let Some(phones) = file.phones {
            pack.default_regions = phones.regions;
        }
        self.disabled.extend(file.disable.unwrap_or_default().rules);
        self.weights.extend(file.weights);
    }

    fn concepts(&mut self, name: &str, content: &str, file: ConceptsFile) {
        let mut words = Vec::new();
        for (concept, entries) in &file.concepts {
            self.defer(What::Concept, concept.get_ref(), name, content, concept.span());
            let id: Arc<str> = concept.get_ref().as_str().into();
            let mut seen = HashSet::new();
            for entry in entries {
                for word in self.expand(name, content, entry) {
                    if seen.insert(word.clone()) {
                        words.push((Arc::clone(&id), word));
                    }
                }
            }
        }
        let language = self.pack.languages.entry(file.language).or_default();
        let Language { regions, prefixes, suffixes, words: known } = language;
        regions.extend(file.regions);
        prefixes.extend(file.edges.prefixes);
        suffixes.extend(file.edges.suffixes);
        known.extend(words);
    }

    fn expand(&mut self, name: &str, content: &str, entry: &Spanned<String>) -> Vec<Word> {
        expand(entry.get_ref()).unwrap_or_else(|fault| {
            self.faults.push(Fault::at(
                "word",
                name,
                content,
                entry.span(),
                fault,
                "see the word syntax in rules/README.md",
            ));
            Vec::new()
        })
    }

    fn defer(&mut self, what: What, wanted: &str, name: &str, content: &str, range: std::ops::Range<usize>) {
        let (code, noun) = match what {
            What::Concept => ("unknown-concept", "concept"),
            What::Atom => ("unknown-atom", "concept, app, rail or entity"),
            What::Signal => ("unknown-signal", "signal"),
            What::Kind => ("unknown-kind", "kind of neutraliser"),
            What::Language => ("unknown-language", "language"),
        };
        let fault = Fault::at(code, name, content, range, format!("no {noun} is called `{wanted}`"), String::new());
        self.deferred.push(Deferred { what, name: wanted.to_owned(), fault });
    }

    fn named(&mut self, name: &str, content: &str, table: &NameTable, kinds: &[&str]) -> Named {
        if !kinds.contains(&table.kind.as_str()) {
            self.faults.push(Fault::at(
                "unknown-kind",
                name,
                content,
                table.id.span(),
                format!("`{}` has the kind `{}`", table.id.get_ref(), table.kind),
                format!("use one of {}", kinds.join(", ")),
            ));
        }
        if let Some(handle) = &table.handle {
            self.regex(name, content, handle);
        }
        let ambiguous: Vec<Word> = table.ambiguous.iter().flat_map(|word| self.expand(name, content, word)).collect();
        for (word, languages) in table.sure_in.iter().chain(&table.only_in) {
            if !ambiguous.iter().any(|known| known.text == *word) {
                self.faults.push(Fault::at(
                    "unknown-name",
                    name,
                    content,
                    table.id.span(),
                    format!("`{word}` is no ambiguous name of `{}`", table.id.get_ref()),
                    "list it in `ambiguous`, as it is written here",
                ));
            }
            for language in languages {
                self.defer(What::Language, language, name, content, table.id.span());
            }
        }
        Named {
            id: table.id.get_ref().clone(),
            kind: table.kind.clone(),
            names: table.names.iter().flat_map(|word| self.expand(name, content, word)).collect(),
            ambiguous,
            sure_in: table.sure_in.clone(),
            only_in: table.only_in.clone(),
            hosts: table.hosts.clone(),
            schemes: table.schemes.clone(),
            handle: table.handle.as_ref().map(|handle| handle.get_ref().clone()),
        }
    }

    fn regex(&mut self, name: &str, content: &str, source: &Spanned<String>) {
        if let Err(error) = regex::RegexBuilder::new(source.get_ref()).size_limit(1 << 20).build() {
            let last = error.to_string();
            let last = last.lines().last().unwrap_or("").trim();
            self.faults.push(Fault::at(
                "regex",
                name,
                content,
                source.span(),
                format!("not a usable regular expression: {last}"),
                "see the syntax of the `regex` crate; there is no look-around",
            ));
        }
    }

    fn hosts(&mut self, name: &str, tables: Vec<HostsTable>) {
        for table in tables {
            if !HOST_KINDS.contains(&table.kind.as_str()) {
                self.faults.push(Fault::of_file(
                    "unknown-kind",
                    name,
                    format!("hosts of the kind `{}`", table.kind),
                    "use one of messenger, social, video, shortener, bio, form, meeting, file, shop, maps, payment",
                ));
            }
            self.pack.hosts.extend(table.names.into_iter().map(|host| (host, table.kind.clone())));
        }
    }

    fn apps(&mut self, name: &str, content: &str, file: AppsFile) {
        for table in &file.app {
            let app = self.named(name, content, table, &APP_KINDS);
            self.pack.apps.retain(|known| known.id != app.id);
            self.pack.apps.push(app);
        }
        self.hosts(name, file.hosts);
        for table in file.mail {
            let Some(first) = table.domains.first() else { continue };
            for word in table.names.iter().flat_map(|word| self.expand(name, content, word)).collect::<Vec<_>>() {
                self.pack.mail_names.push((word, first.clone()));
            }
            self.pack.mail_domains.extend(table.domains);
        }
    }

    fn rails(&mut self, name: &str, content: &str, file: RailsFile) {
        for table in &file.rail {
            let rail = self.named(name, content, table, &RAIL_KINDS);
            self.pack.rails.retain(|known| known.id != rail.id);
            self.pack.rails.push(rail);
        }
        self.hosts(name, file.hosts);
        for table in &file.account {
            self.regex(name, content, &table.pattern);
            let check = Check::from_name(table.check.get_ref());
            let kind = AccountKind::from_name(&table.kind);
            let (Some(check), Some(kind)) = (check, kind) else {
                self.faults.push(Fault::at(
                    "unknown-check",
                    name,
                    content,
                    table.check.span(),
                    format!("account `{}` has check `{}` and kind `{}`", table.id, table.check.get_ref(), table.kind),
                    format!("checks are {}; kinds are bank, wallet, card, payment_id", Check::names().join(", ")),
                ));
                continue;
            };
            for (examples, valid) in [(&table.valid_examples, true), (&table.invalid_examples, false)] {
                for example in examples {
                    let passes = regex::Regex::new(table.pattern.get_ref()).ok().is_some_and(|pattern| {
                        pattern.find(example.get_ref()).is_some_and(|found| check.passes(found.as_str()))
                    });
                    if passes != valid {
                        self.faults.push(Fault::at(
                            "account-example",
                            name,
                            content,
                            example.span(),
                            format!("`{}` {} this", table.id, if valid { "does not accept" } else { "accepts" }),
                            "mend the pattern, the check or the example",
                        ));
                    }
                }
            }
            self.pack.accounts.retain(|known| known.id != table.id);
            self.pack.accounts.push(AccountScheme {
                id: table.id.clone(),
                kind,
                pattern: table.pattern.get_ref().clone(),
                check,
                needs_company: !table.needs.is_empty(),
            });
        }
    }

    fn when(&mut self, name: &str, content: &str, when: &Spanned<When>) -> Vec<Expr> {
        let mut parsed = Vec::new();
        for source in when.get_ref().alternatives() {
            // The place of this alternative inside the list.
            let inside = content.get(when.span()).and_then(|written| written.find(source.as_str())).unwrap_or(0);
            let start = when.span().start + inside;
            match expr::parse(source) {
                Ok(expr) => {
                    for atom in
                        expr.groups.iter().flat_map(|group| &group.atoms).chain(&expr.absent).chain(&expr.banned)
                    {
                        let at = start + source.find(atom.as_str()).unwrap_or(0);
                        self.defer(What::Atom, atom, name, content, at..at + atom.len());
                    }
                    parsed.push(expr);
                }
                Err((offset, fault)) => {
                    self.faults.push(Fault::at(
                        "when",
                        name,
                        content,
                        start + offset..start + offset + 1,
                        fault,
                        "write concepts and entities joined by `&`, `>` (in this order) or `!` (absent), alternatives as `(a | b)`",
                    ));
                }
            }
        }
        parsed
    }

    fn signals(&mut self, name: &str, content: &str, file: SignalFile) {
        for table in file.rule {
            let rule = self.rule(name, content, &table);
            if let Some(known) = self.pack.rules.iter().find(|known| known.id == rule.id && known.file == rule.file) {
                self.faults.push(Fault::at(
                    "duplicate-rule",
                    name,
                    content,
                    table.id.span(),
                    format!("a rule `{}` stands in this file already", known.id),
                    "give each rule its own id",
                ));
            }
            self.pack.rules.retain(|known| known.id != rule.id);
            self.pack.rules.push(rule);
        }
    }

    fn rule(&mut self, name: &str, content: &str, table: &RuleTable) -> Rule {
        self.defer(What::Signal, table.signal.get_ref(), name, content, table.signal.span());
        if !(*table.weight.get_ref() > 0.0 && *table.weight.get_ref() < 1.0) {
            self.faults.push(Fault::at(
                "weight",
                name,
                content,
                table.weight.span(),
                format!("the weight is {}", table.weight.get_ref()),
                "use a number between 0 and 1, both excluded",
            ));
        }
        if let Some(direction) = &table.direction
            && !DIRECTIONS.contains(&direction.as_str())
        {
            self.faults.push(Fault::at(
                "direction",
                name,
                content,
                table.id.span(),
                format!("the direction is `{direction}`"),
                "use offer, request or both, or leave it out",
            ));
        }
        if let Some(pattern) = &table.pattern {
            self.regex(name, content, pattern);
        }
        for kind in table.unless.iter().flatten() {
            self.defer(What::Kind, kind.get_ref(), name, content, kind.span());
        }
        let examples = |list: &[Spanned<String>], code: &'static str, message: &str, cure: &str| {
            list.iter()
                .map(|text| Example {
                    text: text.get_ref().clone(),
                    place: Fault::at(code, name, content, text.span(), message.to_owned(), cure),
                })
                .collect::<Vec<_>>()
        };
        let id = table.id.get_ref();
        if table.examples.is_empty() || table.negative_examples.is_empty() {
            self.faults.push(Fault::at(
                "no-examples",
                name,
                content,
                table.id.span(),
                format!(
                    "the rule `{id}` has no {}",
                    if table.examples.is_empty() { "examples" } else { "negative examples" }
                ),
                "give messages it must find, and messages like them that it must leave alone",
            ));
        }
        Rule {
            id: id.clone(),
            title: table.title.clone(),
            signal: table.signal.get_ref().clone(),
            direction: table.direction.clone(),
            weight: *table.weight.get_ref(),
            when: self.when(name, content, &table.when),
            when_source: table.when.get_ref().alternatives().to_vec(),
            pattern: table.pattern.as_ref().map(|pattern| pattern.get_ref().clone()),
            within: table.within.unwrap_or_else(|| table.scope.unwrap_or_default().within()),
            scope: table.scope.unwrap_or_default(),
            shared: table.shared,
            unless: table.unless.as_ref().map_or_else(
                || vec![INHERITED.to_owned()],
                |kinds| kinds.iter().map(|kind| kind.get_ref().clone()).collect(),
            ),
            examples: Examples {
                positive: examples(
                    &table.examples,
                    "example-missed",
                    &format!("`{id}` does not find this example"),
                    "widen the rule or its words, or move the message to known_misses",
                ),
                negative: examples(
                    &table.negative_examples,
                    "negative-example-reported",
                    &format!("a report would be suggested for this negative example of `{id}`"),
                    "narrow the rule, add a neutraliser, or move the message to known_false_alarms",
                ),
                known_misses: examples(
                    &table.known_misses,
                    "known-miss-found",
                    &format!("`{id}` finds this known miss now"),
                    "move the message to examples",
                ),
                known_false_alarms: examples(
                    &table.known_false_alarms,
                    "known-false-alarm-gone",
                    &format!("this known false alarm of `{id}` is reported no more"),
                    "move the message to negative_examples",
                ),
            },
            file: name.to_owned(),
            enabled: true,
        }
    }

    fn neutralisers(&mut self, name: &str, content: &str, file: NeutralisersFile) {
        for table in file.neutraliser {
            let scope = table.scope.unwrap_or(Scope::Clause);
            let neutraliser = Neutraliser {
                id: table.id.get_ref().clone(),
                title: table.title.clone(),
                kind: table.kind.clone(),
                when: self.when(name, content, &table.when),
                within: table.within.unwrap_or_else(|| scope.within()),
                scope,
                exempts: table.exempts.unwrap_or(scope),
                carries: table.carries,
            };
            self.pack.neutralisers.retain(|known| known.id != neutraliser.id);
            self.pack.neutralisers.push(neutraliser);
        }
    }

    fn fold(&mut self, name: &str, base: &str, content: &str) {
        let mut offset = 0;
        for line in content.split_inclusive('\n') {
            let range = offset..offset + line.trim_end().len();
            offset += line.len();
            let row = line.trim_end_matches(['\n', '\r']);
            if row.is_empty() || row.starts_with('#') && row.contains(' ') {
                continue;
            }
            let columns: Vec<&str> = row.split('\t').collect();
            if let Err(fault) = self.fold_row(base, &columns) {
                self.faults.push(Fault::at(
                    "tsv",
                    name,
                    content,
                    range,
                    fault,
                    "see the columns named at the top of the file",
                ));
            }
        }
    }

    fn fold_row(&mut self, base: &str, columns: &[&str]) -> Result<(), String> {
        let one = |column: &str| {
            let mut chars = column.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Ok(c),
                _ => Err(format!("`{column}` is not one character")),
            }
        };
        let fold = &mut self.pack.fold;
        match (base, columns) {
            ("letters.tsv" | "hant.tsv", [from, to, ..]) => fold.letters.push((one(from)?, (*to).to_owned())),
            ("styled.tsv", [from, to, ..]) => fold.styled.push((one(from)?, (*to).to_owned())),
            ("leet.tsv", [from, to, ..]) => fold.leet.push((one(from)?, (*to).to_owned())),
            ("lookalikes.tsv", [from, "to_latin", to, ..]) => fold.to_latin.push((one(from)?, one(to)?)),
            ("lookalikes.tsv", [from, "to_cyrillic", to, ..]) => fold.to_cyrillic.push((one(from)?, one(to)?)),
            ("lookalikes.tsv", [from, "to_han", to, ..]) => {
                fold.components.push(((*from).to_owned(), (*to).to_owned()));
            }
            ("numbers.tsv", [language, word, value, rest @ ..]) => {
                let known = matches!(*value, "x2" | "x3" | "x00" | "+")
                    || (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
                if !known {
                    return Err(format!("the value `{value}` is no digits, x2, x3, x00 or +"));
                }
                for word in expand(word)? {
                    self.pack.numbers.push(NumberWord {
                        language: (*language).to_owned(),
                        word,
                        value: (*value).to_owned(),
                        homophone: rest.first() == Some(&"homophone"),
                    });
                }
            }
            _ => return Err("not a row of this table".into()),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<RulePack, RulePackError> {
        if self.pack.name.is_empty() || self.pack.version.is_empty() {
            self.faults.push(Fault::of_file(
                "identity",
                "pack.toml",
                "the pack has no name or version".into(),
                "give `name` and `version` in pack.toml",
            ));
        }
        if self.pack.signals.is_empty() {
            self.faults.push(Fault::of_file(
                "no-signals",
                "pack.toml",
                "the pack defines no signals".into(),
                "add [[signal]] tables to pack.toml",
            ));
        }
        let kinds: BTreeSet<String> = self.pack.neutralisers.iter().map(|n| n.kind.clone()).collect();
        for deferred in std::mem::take(&mut self.deferred) {
            let known = match deferred.what {
                What::Concept => self.pack.concepts.contains_key(&deferred.name),
                What::Atom => self.knows_atom(&deferred.name),
                What::Signal => self.pack.signals.iter().any(|signal| signal.id == deferred.name),
                What::Kind => kinds.contains(&deferred.name),
                What::Language => self.pack.languages.contains_key(&deferred.name),
            };
            if !known {
                let cure = match deferred.what {
                    What::Concept | What::Atom => {
                        let near = fault::nearest(&deferred.name, self.pack.concepts.keys());
                        near.map_or_else(
                            || "list it in pack.toml, or use a name that is listed there".to_owned(),
                            |near| format!("did you mean `{near}`? New concepts are listed in pack.toml"),
                        )
                    }
                    What::Signal => "use a signal of pack.toml".to_owned(),
                    What::Language => "use the code of a file in concepts/".to_owned(),
                    What::Kind => {
                        format!("use one of {}", kinds.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
                    }
                };
                self.faults.push(Fault { cure, ..deferred.fault });
            }
        }
        for signal in &self.pack.signals {
            for kind in &signal.unless {
                if !kinds.contains(kind) {
                    self.faults.push(Fault::of_file(
                        "unknown-kind",
                        "pack.toml",
                        format!("the signal `{}` names `{kind}`, which no neutraliser has", signal.id),
                        "use a kind that neutralisers.toml defines",
                    ));
                }
            }
        }
        for rule in &mut self.pack.rules {
            rule.enabled = !self.disabled.contains(&rule.id);
            if let Some(&weight) = self.weights.get(&rule.id) {
                rule.weight = weight;
            }
            if rule.unless == [INHERITED]
                && let Some(signal) = self.pack.signals.iter().find(|signal| signal.id == rule.signal)
            {
                rule.unless.clone_from(&signal.unless);
            }
        }
        for id in self.disabled.iter().chain(self.weights.keys()) {
            if !self.pack.rules.iter().any(|rule| rule.id == *id) {
                self.faults.push(Fault::of_file(
                    "unknown-rule",
                    "pack.toml",
                    format!("there is no rule `{id}` to disable or to weigh"),
                    "use an id that `queja rules list` shows",
                ));
            }
        }
        if self.faults.is_empty() { Ok(self.pack) } else { Err(RulePackError::new(self.faults)) }
    }

    fn knows_atom(&self, name: &str) -> bool {
        if let Some((base, variant)) = name.split_once('.') {
            return match base {
                _ if ENTITIES.contains(&base) => {
                    VARIANTS.contains(&variant) || base == "@link" && HOST_KINDS.contains(&variant)
                }
                "app" | "app?" => APP_KINDS.contains(&variant) || self.pack.apps.iter().any(|app| app.id == variant),
                "rail" | "rail?" => {
                    RAIL_KINDS.contains(&variant) || self.pack.rails.iter().any(|rail| rail.id == variant)
                }
                _ => false,
            };
        }
        matches!(name, "app" | "app?" | "rail" | "rail?" | "evasion")
            || ENTITIES.contains(&name)
            || self.pack.concepts.contains_key(name)
    }
}

#[cfg(feature = "cli")]
pub(super) fn schema() -> String {
    let mut files = serde_json::Map::new();
    let mut add = |name: &str, schema: schemars::Schema| files.insert(name.into(), schema.to_value());
    add("pack.toml", schemars::schema_for!(PackFile));
    add("concepts/<lang>.toml", schemars::schema_for!(ConceptsFile));
    add("apps.toml", schemars::schema_for!(AppsFile));
    add("rails.toml", schemars::schema_for!(RailsFile));
    add("signals/<signal>.toml", schemars::schema_for!(SignalFile));
    add("neutralisers.toml", schemars::schema_for!(NeutralisersFile));
    add("texts/<lang>.toml", schemars::schema_for!(TextsFile));
    let mut text = serde_json::to_string_pretty(&files).unwrap_or_default();
    text.push('\n');
    text
}

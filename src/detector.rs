//! The detector: one message in, one assessment out.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::entity::{CueKind, Entity, EntityKind};
use crate::matcher::{Carried, Context, Matcher, Scratch, Source};
use crate::policy::{Level, OrderState, Policy, Role, Surface, Thresholds};
use crate::report::{Evidence, ReportSuggestion, quote, suggest};
use crate::rules::RulePack;
use crate::score::{Score, Term, noisy_or, round};
use crate::text::{EvasionKind, Span};

/// A chat message and what the caller knows of it. Text alone is enough.
///
/// ```
/// use queja::{Message, OrderState, Role};
///
/// let message = Message::new("add me on WhatsApp").id("m-17").sender("ACME Ltd").role(Role::Supplier);
/// assert_eq!(message.order_state, OrderState::None);
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Message<'m> {
    /// The text, as the platform shows it.
    pub text: &'m str,
    /// The caller's name for the message, quoted in evidence.
    pub id: Option<&'m str>,
    /// Who wrote it.
    pub sender: Option<&'m str>,
    /// What the writer is on the platform.
    pub role: Option<Role>,
    /// When it was sent, in any form; it is only quoted.
    pub sent_at: Option<&'m str>,
    /// Where the order stands.
    pub order_state: OrderState,
    /// Where the message stands.
    pub surface: Surface,
    /// The language of the text, where the caller knows it (ISO 639-1).
    pub lang: Option<&'m str>,
}

impl<'m> Message<'m> {
    /// A message of which only the text is known.
    #[must_use]
    pub fn new(text: &'m str) -> Self {
        Self { text, ..Self::default() }
    }

    /// Sets the id.
    #[must_use]
    pub fn id(self, id: &'m str) -> Self {
        Self { id: Some(id), ..self }
    }

    /// Sets the sender.
    #[must_use]
    pub fn sender(self, sender: &'m str) -> Self {
        Self { sender: Some(sender), ..self }
    }

    /// Sets the writer's role.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }

    /// Sets the time.
    #[must_use]
    pub fn sent_at(self, sent_at: &'m str) -> Self {
        Self { sent_at: Some(sent_at), ..self }
    }

    /// Sets the state of the order.
    #[must_use]
    pub fn order_state(self, order_state: OrderState) -> Self {
        Self { order_state, ..self }
    }

    /// Sets the surface.
    #[must_use]
    pub fn surface(self, surface: Surface) -> Self {
        Self { surface, ..self }
    }

    /// Sets the language.
    #[must_use]
    pub fn lang(self, lang: &'m str) -> Self {
        Self { lang: Some(lang), ..self }
    }
}

impl<'m> From<&'m str> for Message<'m> {
    fn from(text: &'m str) -> Self {
        Self::new(text)
    }
}

impl<'m> From<&'m String> for Message<'m> {
    fn from(text: &'m String) -> Self {
        Self::new(text)
    }
}

/// What queja makes of one message: how sure, why, and what may be done.
///
/// Serializes to the fields of one line of `queja scan --output jsonl`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Assessment {
    /// How sure it is, with its terms.
    #[serde(flatten)]
    pub score: Score,
    /// What the policy makes of the score.
    pub level: Level,
    /// The signals found, strongest first.
    pub signals: Vec<SignalFinding>,
    /// The contact points and accounts found, whether or not they solicit.
    pub entities: Vec<Entity>,
    /// The disguises that were undone to find this.
    pub evasion: Vec<Evasion>,
    /// The drafted complaint, at level `report`.
    pub suggestion: Option<ReportSuggestion>,
}

impl Assessment {
    /// The strongest signal, where there is one.
    #[must_use]
    pub fn primary(&self) -> Option<&SignalFinding> {
        self.signals.first()
    }
}

/// One signal and the findings that make it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SignalFinding {
    /// One of the nine signals, such as `messaging_app`.
    pub signal: String,
    /// `offer`, `request`, `both`, or none.
    pub direction: Option<String>,
    /// Its share of the score, capped.
    pub score: f64,
    /// The rules that fired, strongest first.
    pub findings: Vec<Finding>,
}

/// One rule that fired on one message.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// Its weight.
    pub weight: f64,
    /// The evidence, in the order of the text.
    pub spans: Vec<Span>,
}

/// A disguise that was undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Evasion {
    /// How the text was disguised.
    pub kind: EvasionKind,
    /// Where.
    pub span: Span,
}

/// Every stage of one assessment, for people who ask why.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The text with case, accents, look-alikes and punctuation folded away.
    pub folded: String,
    /// The words that mean something, in the order of the text.
    pub concepts: Vec<ConceptHit>,
    /// Original spans of numbers that are prices, dates, sizes or identifiers.
    pub neutral_numbers: Vec<Span>,
    /// What exempted clauses from findings.
    pub neutralisers: Vec<NeutraliserHit>,
    /// The assessment itself.
    pub assessment: Assessment,
}

/// A word that carries a concept.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ConceptHit {
    /// The concepts, apps, rails or entities it stands for.
    pub concepts: Vec<String>,
    /// The language whose word it is; none for names and entities.
    pub lang: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A neutraliser that applied.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NeutraliserHit {
    /// Its id.
    pub id: String,
    /// Refusal, notice, report, product, …
    pub kind: String,
    /// What it is.
    pub title: String,
    /// The words that made it.
    pub spans: Vec<Span>,
}

/// Finds solicitation in messages. Cheap to clone, shared between threads.
///
/// ```
/// use queja::{Detector, Level};
///
/// let detector = Detector::new();
/// let assessment = detector.assess("10% cheaper if you pay my personal account, add me on WhatsApp");
/// assert_eq!(assessment.level, Level::Report);
/// assert!(assessment.signals.iter().any(|found| found.signal == "messaging_app"));
///
/// let polite = detector.assess("I don't use WhatsApp, let's keep everything here");
/// assert_eq!(polite.level, Level::Clear);
/// ```
#[derive(Clone, Debug)]
pub struct Detector {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    matcher: Matcher,
    pack: RulePack,
    policy: Policy,
    thresholds: Thresholds,
    lang: String,
}

/// Sets up a [`Detector`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct DetectorBuilder {
    pack: Option<RulePack>,
    policy: Policy,
    languages: Option<Vec<String>>,
    lang: Option<String>,
}

/// What of a message may be one piece of contact details.
#[derive(Clone, Debug)]
pub(crate) struct Parts {
    /// Digits that are no price, date, size or identifier, said or written.
    pub digits: usize,
    /// A handle, or a part of an address.
    pub address: bool,
    /// A word that announces contact details.
    pub announces: bool,
}

thread_local! {
    /// The buffers of this thread; nothing in them outlives a call.
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// A detector with the built-in pack, all its languages and the default policy.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Starts a detector of another pack, policy or choice of languages.
    pub fn builder() -> DetectorBuilder {
        DetectorBuilder::default()
    }

    /// The pack in use.
    #[must_use]
    pub fn rules(&self) -> &RulePack {
        &self.inner.pack
    }

    /// The policy in use.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// The folded form of a text: case, accents, look-alikes and letter variants
    /// undone, every run of punctuation one space. Words of a pack are compared
    /// with texts in this form.
    ///
    /// ```
    /// let detector = queja::Detector::new();
    /// assert_eq!(detector.fold("Аdd mé, on ＷｈａｔｓＡｐｐ!"), "add me on whatsapp ");
    /// ```
    #[must_use]
    pub fn fold(&self, text: &str) -> String {
        with_scratch(|scratch| {
            self.inner.matcher.vocabulary.folder.fold(text, &mut scratch.text);
            scratch.text.folded.as_str().to_owned()
        })
    }

    /// Assesses one message. Never fails, whatever the text; the same text gives
    /// the same answer on every machine and thread.
    #[must_use]
    pub fn assess<'m>(&self, message: impl Into<Message<'m>>) -> Assessment {
        let message = message.into();
        with_scratch(|scratch| self.assess_with(&message, None, scratch))
    }

    /// Assesses one message and keeps every stage.
    #[must_use]
    pub fn explain<'m>(&self, message: impl Into<Message<'m>>) -> Explanation {
        let message = message.into();
        with_scratch(|scratch| {
            let assessment = self.assess_with(&message, None, scratch);
            self.explanation(message.text, assessment, scratch)
        })
    }

    /// Assesses one message and tells what of it may be part of more.
    pub(crate) fn assess_parts(&self, message: &Message<'_>, context: &Context<'_>) -> (Assessment, Parts) {
        with_scratch(|scratch| {
            let assessment = self.assess_with(message, Some(context), scratch);
            let parts = Parts {
                digits: scratch.findings.loose_digits,
                address: scratch
                    .findings
                    .found
                    .iter()
                    .any(|found| matches!(found.kind, EntityKind::Handle | EntityKind::Email | EntityKind::Link))
                    || scratch.text.plain.as_str().contains('@'),
                announces: self.inner.matcher.announces(&scratch.hits),
            };
            (assessment, parts)
        })
    }

    /// What a message exempts in those after it.
    pub(crate) fn carried(&self, text: &str) -> Carried {
        with_scratch(|scratch| self.inner.matcher.carried(text, scratch))
    }

    /// There is a context within a conversation only.
    fn assess_with(&self, message: &Message<'_>, context: Option<&Context<'_>>, scratch: &mut Scratch) -> Assessment {
        let inner = &*self.inner;
        let fired = inner.matcher.run(message.text, message.lang, context, scratch);
        let mut assessment = Assessment { entities: entities(message.text, scratch), ..Assessment::default() };
        if !fired || inner.policy.is_exempt(message.role) {
            return assessment;
        }
        self.add_findings(message, scratch, &mut assessment);
        if assessment.level == Level::Report {
            assessment.suggestion = self.suggestion(message, &assessment);
        }
        assessment
    }

    fn add_findings(&self, message: &Message<'_>, scratch: &Scratch, assessment: &mut Assessment) {
        let inner = &*self.inner;
        let mut parts: Vec<(f64, Vec<Term>)> = Vec::new();
        let mut spans: Vec<Range<usize>> = Vec::new();
        let mut uses_entity = false;
        for (index, signal) in inner.pack.signals.iter().enumerate() {
            if !inner.policy.forbids(&signal.id, message.order_state) {
                continue;
            }
            let mut fired: Vec<_> = scratch
                .fired
                .iter()
                .filter(|fired| inner.matcher.rules[fired.rule].signal == index)
                .map(|fired| (&inner.matcher.rules[fired.rule], fired))
                .collect();
            if fired.is_empty() {
                continue;
            }
            fired.sort_by(|(a, _), (b, _)| b.weight.total_cmp(&a.weight));
            let mut terms = Vec::new();
            let mut findings = Vec::new();
            let mut directions: Vec<&str> = Vec::new();
            for (rule, fired) in &fired {
                let written = &inner.pack.rules[rule.index];
                uses_entity |= !fired.entities.is_empty();
                spans.extend(fired.spans.iter().cloned());
                directions.extend(written.direction.as_deref());
                terms.push(Term { name: written.id.clone(), signal: Some(signal.id.clone()), weight: rule.weight });
                findings.push(Finding {
                    rule: written.id.clone(),
                    weight: rule.weight,
                    spans: fired.spans.iter().map(|range| Span::new(message.text, range.clone())).collect(),
                });
            }
            let score = noisy_or(terms.iter().map(|term| term.weight)).min(signal.cap);
            assessment.signals.push(SignalFinding {
                signal: signal.id.clone(),
                direction: direction(&directions),
                score: round(score),
                findings,
            });
            parts.push((signal.cap, terms));
        }
        assessment.evasion = evasions(message.text, scratch, &spans);
        let boosts = &inner.pack.boosts;
        let boost = |name: &str, applies: bool, weight: f64| {
            (applies && weight > 0.0).then(|| Term { name: format!("boost.{name}"), signal: None, weight })
        };
        let boosts = [
            boost("evasion", !assessment.evasion.is_empty(), boosts.evasion),
            boost("pretext", inner.matcher.has_pretext(&scratch.hits), boosts.pretext),
            boost("entity", uses_entity, boosts.entity),
        ];
        assessment.score = Score::new(&parts, boosts.into_iter().flatten().collect());
        assessment.level = inner.thresholds.level(assessment.score.value);
        assessment.signals.sort_by(|a, b| b.score.total_cmp(&a.score));
    }

    fn suggestion(&self, message: &Message<'_>, assessment: &Assessment) -> Option<ReportSuggestion> {
        let signals: Vec<&str> = assessment.signals.iter().map(|found| found.signal.as_str()).collect();
        let found = assessment.signals.first()?.findings.first()?.spans.first()?.range();
        let evidence = Evidence {
            id: message.id.map(Into::into),
            sender: message.sender.map(Into::into),
            sent_at: message.sent_at.map(Into::into),
            quote: quote(message.text, &found),
        };
        suggest(&self.inner.pack, &self.inner.lang, &signals, vec![evidence])
    }

    fn explanation(&self, original: &str, assessment: Assessment, scratch: &Scratch) -> Explanation {
        let matcher = &self.inner.matcher;
        let spans = |ranges: &[Range<usize>]| ranges.iter().map(|range| Span::new(original, range.clone())).collect();
        let mut concepts: Vec<ConceptHit> = scratch
            .hits
            .iter()
            .map(|hit| ConceptHit {
                concepts: match hit.cue() {
                    _ if !hit.atoms.as_slice().is_empty() => {
                        hit.atoms.as_slice().iter().map(|&atom| matcher.atom_names[usize::from(atom)].clone()).collect()
                    }
                    Some(CueKind::Mail { .. }) => vec!["mail".to_owned()],
                    _ => vec!["number".to_owned()],
                },
                lang: match hit.source {
                    Source::Word { languages, .. } => {
                        matcher.vocabulary.languages.get(languages.trailing_zeros() as usize).cloned()
                    }
                    _ => None,
                },
                span: Span::new(original, hit.range.clone()),
            })
            .collect();
        concepts.sort_by_key(|hit| (hit.span.start, hit.span.end));
        Explanation {
            folded: scratch.text.folded.as_str().to_owned(),
            concepts,
            neutral_numbers: spans(&scratch.findings.neutral),
            neutralisers: scratch
                .neutralised
                .iter()
                .map(|applied| {
                    let written = &self.inner.pack.neutralisers[matcher.neutralisers[applied.neutraliser].index];
                    NeutraliserHit {
                        id: written.id.clone(),
                        kind: written.kind.clone(),
                        title: written.title.clone(),
                        spans: spans(&applied.spans),
                    }
                })
                .collect(),
            assessment,
        }
    }
}

impl DetectorBuilder {
    /// Uses this pack instead of the built-in one.
    pub fn rules(self, pack: RulePack) -> Self {
        Self { pack: Some(pack), ..self }
    }

    /// Uses this policy instead of the default one.
    pub fn policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// Reads only these languages (ISO 639-1); names of apps and rails are read
    /// in every script all the same. The default is all languages of the pack.
    pub fn languages<S: Into<String>>(self, languages: impl IntoIterator<Item = S>) -> Self {
        Self { languages: Some(languages.into_iter().map(Into::into).collect()), ..self }
    }

    /// The language of what people read; English by default.
    pub fn reader_language(self, lang: impl Into<String>) -> Self {
        Self { lang: Some(lang.into()), ..self }
    }

    /// Makes the detector: some tens of milliseconds for the built-in pack, whose words
    /// are compiled already, about a second for another of that size.
    #[must_use]
    pub fn build(self) -> Detector {
        let pack = self.pack.unwrap_or_else(RulePack::builtin);
        let matcher = Matcher::compile(
            &pack,
            self.languages.as_deref(),
            &self.policy.official_domains,
            &self.policy.official_accounts,
        );
        let thresholds = self.policy.thresholds(&pack);
        let lang = self.lang.unwrap_or_else(|| "en".to_owned());
        Detector { inner: Arc::new(Inner { matcher, pack, policy: self.policy, thresholds, lang }) }
    }
}

fn with_scratch<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    SCRATCH.with(|scratch| match scratch.try_borrow_mut() {
        Ok(mut scratch) => work(&mut scratch),
        // Called from inside a call on the same thread: a fresh buffer serves.
        Err(_) => work(&mut Scratch::default()),
    })
}

fn entities(original: &str, scratch: &Scratch) -> Vec<Entity> {
    scratch
        .findings
        .found
        .iter()
        .map(|found| Entity {
            kind: found.kind,
            span: Span::new(original, found.range.clone()),
            value: found.value.clone(),
            valid: found.valid,
        })
        .collect()
}

/// The disguises inside or beside what was found.
fn evasions(original: &str, scratch: &Scratch, spans: &[Range<usize>]) -> Vec<Evasion> {
    let near = |range: &Range<usize>| spans.iter().any(|span| span.start <= range.end && range.start <= span.end);
    let words = scratch.hits.iter().filter_map(|hit| match hit.source {
        Source::Disguise(kind) => Some((kind, hit.range.clone())),
        _ => None,
    });
    let undone = scratch.text.undone.iter().map(|undone| (undone.kind, undone.range.clone()));
    let entities = scratch
        .findings
        .found
        .iter()
        .filter(|found| found.kind != EntityKind::Link || found.disguise != Some(EvasionKind::Spacing))
        .filter_map(|found| Some((found.disguise?, found.range.clone())));
    let mut all: Vec<(Range<usize>, EvasionKind)> = words
        .chain(undone)
        .chain(entities)
        .filter(|(_, range)| near(range))
        .map(|(kind, range)| (range, kind))
        .collect();
    all.sort_by_key(|(range, kind)| (range.start, range.end, *kind));
    all.dedup();
    // Of the same kind, the wider range tells all.
    let wide: Vec<_> = all.clone();
    all.retain(|(range, kind)| {
        !wide
            .iter()
            .any(|(other, k)| k == kind && other != range && other.start <= range.start && range.end <= other.end)
    });
    all.into_iter().map(|(range, kind)| Evasion { kind, span: Span::new(original, range) }).collect()
}

/// Offers and requests together are both.
fn direction(all: &[&str]) -> Option<String> {
    let has = |wanted: &str| all.contains(&wanted);
    let both = has("both") || has("offer") && has("request");
    match (both, has("offer"), has("request")) {
        (true, ..) => Some("both".into()),
        (_, true, _) => Some("offer".into()),
        (_, _, true) => Some("request".into()),
        _ => None,
    }
}

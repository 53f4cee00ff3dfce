//! From findings to a score, with every term kept.

use serde::Serialize;

/// How sure it is that a message solicits, and why.
///
/// The value is a noisy-or: each term is read as the chance that it alone would
/// make the message a solicitation, so `1 - Π(1 - weight)`. Each rule counts once
/// and each signal is capped, so that many weak words never pass for one strong one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Score {
    /// 0 (innocent) to 1 (certain); `score` in JSON.
    #[serde(rename = "score")]
    pub value: f64,
    /// What it is made of, strongest first.
    pub terms: Vec<Term>,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Term {
    /// The rule, or `boost.evasion`, `boost.pretext`, `boost.entity`.
    pub name: String,
    /// The signal it counts for; none for boosts.
    pub signal: Option<String>,
    /// Its weight in the noisy-or.
    pub weight: f64,
}

/// Combines weights as independent chances.
pub(crate) fn noisy_or(weights: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - weights.into_iter().map(|weight| 1.0 - weight.clamp(0.0, 1.0)).product::<f64>()
}

impl Score {
    /// Adds up capped signals, each with the terms of its rules, and the boosts.
    pub(crate) fn new(signals: &[(f64, Vec<Term>)], boosts: Vec<Term>) -> Self {
        let of_signals = signals.iter().map(|(cap, terms)| noisy_or(terms.iter().map(|t| t.weight)).min(*cap));
        let base = noisy_or(of_signals);
        // Boosts strengthen findings; they make none.
        let value = if base > 0.0 { noisy_or([base].into_iter().chain(boosts.iter().map(|t| t.weight))) } else { 0.0 };
        let mut terms: Vec<Term> = signals.iter().flat_map(|(_, terms)| terms.iter().cloned()).collect();
        if base > 0.0 {
            terms.extend(boosts);
        }
        terms.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.name.cmp(&b.name)));
        Self { value: round(value), terms }
    }
}

/// Four places: enough to order by, and the same text on every machine.
pub(crate) fn round(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::{Score, Term, noisy_or};

    fn term(name: &str, weight: f64) -> Term {
        Term { name: name.into(), signal: None, weight }
    }

    #[test]
    fn independent_chances() {
        assert!((noisy_or([0.5, 0.5]) - 0.75).abs() < 1e-12);
        assert!(noisy_or([]).abs() < 1e-12);
    }

    #[test]
    fn a_signal_is_capped_and_boosts_make_nothing_alone() {
        let capped = Score::new(&[(0.8, vec![term("a", 0.9), term("b", 0.9)])], vec![]);
        assert!((capped.value - 0.8).abs() < 1e-9);
        assert!(Score::new(&[], vec![term("boost.evasion", 0.5)]).value.abs() < 1e-12);
    }
}

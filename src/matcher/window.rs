//! Windows: hits of every group of a rule, near each other.

use super::{Atom, Conjunction, Hit, Source};
use crate::rules::Scope;

/// How many hits to look at on each side of the first; this bounds the work on
/// texts made of nothing but words.
const REACH: usize = 48;

/// How near the groups of a rule must stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// The most words between neighbours.
    pub within: u32,
    pub scope: Scope,
    /// One phrase may fill several groups.
    pub shared: bool,
}

/// The tightest window, by the words it spans.
pub(super) fn best(
    conjunction: &Conjunction,
    hits: &[Hit],
    near: Near,
    free: impl Fn(&Hit) -> bool,
) -> Option<Vec<usize>> {
    let mut best: Option<(u32, Vec<usize>)> = None;
    for first in 0..hits.len() {
        if let Some(window) = from(conjunction, hits, first, near, &free) {
            let width = width(hits, &window);
            if best.as_ref().is_none_or(|(known, _)| width < *known) {
                let done = width <= u32::try_from(window.len()).unwrap_or(0);
                best = Some((width, window));
                if done {
                    break;
                }
            }
        }
    }
    best.map(|(_, window)| window)
}

/// A window for every hit of the first group.
pub(super) fn all(conjunction: &Conjunction, hits: &[Hit], near: Near, free: impl Fn(&Hit) -> bool) -> Vec<Vec<usize>> {
    (0..hits.len()).filter_map(|first| from(conjunction, hits, first, near, &free)).collect()
}

/// The window whose hit of the first group is `first`: for each further group
/// the nearest hit that fits.
fn from(
    conjunction: &Conjunction,
    hits: &[Hit],
    first: usize,
    near: Near,
    free: &impl Fn(&Hit) -> bool,
) -> Option<Vec<usize>> {
    let start = &hits[first];
    if !has(start, &conjunction.groups[0].atoms) || !free(start) {
        return None;
    }
    let Near { within, scope, shared } = near;
    let low = first.saturating_sub(REACH);
    let high = (first + REACH + 1).min(hits.len());
    let mut window = vec![first];
    for group in &conjunction.groups[1..] {
        let previous = &hits[*window.last().unwrap_or(&first)];
        let next = (low..high)
            .filter(|&i| {
                let hit = &hits[i];
                has(hit, &group.atoms)
                    && free(hit)
                    && same_scope(start, hit, scope)
                    && (!group.after_previous || hit.range.start >= previous.range.end)
                    && group.within.is_none_or(|most| gap(previous, hit) <= most)
                    && window.iter().all(|&taken| {
                        if taken == i { hit.source == Source::Entity } else { shared || !overlaps(&hits[taken], hit) }
                    })
            })
            .map(|i| (window.iter().map(|&taken| gap(&hits[taken], &hits[i])).min().unwrap_or(0), i))
            .min()?;
        if group.within.is_none() && next.0 > within {
            return None;
        }
        window.push(next.1);
    }
    let forbidden = hits[low..high].iter().any(|hit| {
        same_scope(start, hit, scope) && (has(hit, &conjunction.absent) && free(hit) || has(hit, &conjunction.banned))
    });
    (!forbidden).then_some(window)
}

fn has(hit: &Hit, atoms: &[Atom]) -> bool {
    hit.atoms.as_slice().iter().any(|atom| atoms.contains(atom))
}

fn same_scope(a: &Hit, b: &Hit, scope: Scope) -> bool {
    match scope {
        Scope::Clause | Scope::Onward => a.clause == b.clause,
        Scope::Sentence => a.sentence == b.sentence,
        Scope::Neighbours => a.sentence.abs_diff(b.sentence) <= 1,
        Scope::Message => true,
    }
}

/// Whether two hits are the same words. Words that only partly overlap, and a strong
/// word inside a longer one, stand each for itself. One entity may fill several groups
/// (`@phone.alone & @phone.sure`), a word only one. A phrase may hold the name it is about
/// (`加微信` holds `微信`), so a name or entity inside a longer hit stands for itself.
fn overlaps(a: &Hit, b: &Hit) -> bool {
    let meet = a.range.start < b.range.end && b.range.start < a.range.end;
    let disguise = matches!(a.source, Source::Disguise(_)) || matches!(b.source, Source::Disguise(_));
    let inner = if a.range.len() < b.range.len() { a } else { b };
    let inside = a.range.start <= b.range.start && b.range.end <= a.range.end
        || b.range.start <= a.range.start && a.range.end <= b.range.end;
    meet && inside && !disguise && (a.range == b.range || !(a.is_name() || b.is_name() || inner.strong))
}

/// Words between two hits.
fn gap(a: &Hit, b: &Hit) -> u32 {
    let (left, right) = if a.range.start <= b.range.start { (a, b) } else { (b, a) };
    right.first_word.saturating_sub(left.last_word + 1)
}

fn width(hits: &[Hit], window: &[usize]) -> u32 {
    let first = window.iter().map(|&i| hits[i].first_word).min().unwrap_or(0);
    let last = window.iter().map(|&i| hits[i].last_word).max().unwrap_or(0);
    last.saturating_sub(first)
}

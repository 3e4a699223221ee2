//! The distinct refusals and the distinct changes of an explanation. In a loop of redirects, the same refusal and the
//! same change occur many times. The text shows each refusal and each change only once.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{ChangedAnswer, ExplainedAnswer, Explanation, NearMiss};

impl Explanation {
    /// Returns each change once, with the number of answers that have this change.
    pub(super) fn distinct_changes<'e>(
        &self,
        answers: &'e [ChangedAnswer],
    ) -> Vec<(&'e ChangedAnswer, usize)> {
        let mut changes: Vec<(&ChangedAnswer, usize)> = Vec::new();
        for answer in answers {
            let mut known = changes.iter_mut();
            match known.find(|(other, _)| self.is_same_change(other, answer)) {
                Some((_, count)) => *count += 1,
                None => changes.push((answer, 1)),
            }
        }
        changes
    }

    /// Whether two changes are equal and belong to answers to the same request.
    fn is_same_change(&self, one: &ChangedAnswer, other: &ChangedAnswer) -> bool {
        let request = |answer: &ChangedAnswer| {
            let exchange = self.exchanges.get(answer.exchange)?;
            let is_unknown = exchange.answer == ExplainedAnswer::Unknown;
            Some((
                &exchange.method,
                &exchange.url,
                exchange.is_preflight,
                is_unknown,
            ))
        };
        request(one) == request(other) && one.status == other.status && one.headers == other.headers
    }

    /// Returns the distinct sentences of all refusals, without the sentence of the first refusal. Each sentence is
    /// paired with the known mistakes of its refusal. A mistake of an earlier refusal is not repeated.
    pub(super) fn other_refusals(&self) -> Vec<(&str, Vec<&NearMiss>)> {
        let mut sentences = BTreeSet::new();
        let mut known = BTreeSet::new();
        let mut others = Vec::new();
        for (position, refusal) in self.refusals.iter().enumerate() {
            let misses = refusal.near_misses.iter();
            let misses = misses.filter(|miss| known.insert((miss.kind, &*miss.sentence)));
            let misses: Vec<&NearMiss> = misses.collect();
            let is_new = sentences.insert(&*refusal.sentence);
            if position > 0 && is_new {
                others.push((&*refusal.sentence, misses));
            }
        }
        others
    }
}

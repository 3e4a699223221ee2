//! The groups of the explained fetches: fetches with equal explanations, in the order of the output.

use std::collections::HashMap;

use fetch_cors::{
    browser::CredentialsMode,
    explain::{Verdict as FetchVerdict, heading_url},
};
use url::Url;

use super::{
    line::{Line, problem_position},
    modes::mode_name,
};

/// The importance of a fetch. The output has the most important fetches first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The fetch is blocked in each possible credentials mode.
    Blocked,
    /// The verdict of the fetch is unknown.
    NotJudged,
    /// The page got the response in the recording, although the standard blocks the fetch.
    Contradicted,
    /// The fetch is blocked only if it has credentials, and the recording does not show whether it has credentials.
    BlockedWithCredentials,
    /// The page or the user stopped the request. A page that searches while the user types stops many requests.
    Stopped,
    /// The fetch is not blocked.
    Success,
}

/// The number of ranks.
const RANK_COUNT: usize = Rank::Success as usize + 1;

impl Rank {
    fn new(lines: &[Line]) -> Self {
        let mut all = lines.iter();
        if all.clone().all(Line::is_success) {
            return Self::Success;
        }
        if all.clone().any(|line| line.was_stopped) {
            return Self::Stopped;
        }
        if all.clone().all(Line::is_not_judged) {
            return Self::NotJudged;
        }
        if all.clone().any(|line| line.has_worked) {
            return Self::Contradicted;
        }
        if all.clone().any(|line| line.message.is_some()) {
            return Self::Blocked;
        }
        let problem = problem_position(lines).and_then(|position| lines.get(position));
        let verdict = problem.and_then(|line| line.explanation.as_ref());
        let is_blocked =
            verdict.is_some_and(|explanation| explanation.verdict == FetchVerdict::Blocked);
        let has_credentials = problem.is_some_and(|line| {
            line.assumed_credentials == Some(mode_name(CredentialsMode::Include))
        });
        match (is_blocked, all.any(Line::is_success)) {
            (true, false) => Self::Blocked,
            (true, true) if has_credentials => Self::BlockedWithCredentials,
            _ => Self::NotJudged,
        }
    }
}

/// An explained fetch, and the other fetches with an equal explanation.
pub(super) struct Group {
    pub(super) rank: Rank,
    /// The explanations of the first fetch of the group.
    pub(super) lines: Vec<Line>,
    pub(super) first: Member,
    /// The other fetches of the group.
    pub(super) equal: Vec<Member>,
}

impl Group {
    /// Returns the number of fetches.
    pub(super) const fn len(&self) -> usize {
        1 + self.equal.len()
    }
}

/// A fetch of a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// The number of the fetch among the explained fetches, counted from 1.
    pub(super) number: usize,
    /// The position among the fetches of the recording.
    pub(super) position: usize,
}

/// Collects the groups of the explained fetches.
#[derive(Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    /// The position of each group in `groups`.
    positions: HashMap<String, usize>,
    /// The number of fetches of each rank.
    counts: [usize; RANK_COUNT],
}

impl Groups {
    /// Adds a fetch with its explanations. `position` is the position among the fetches of the recording. Returns the
    /// position of the group.
    pub(super) fn add(&mut self, position: usize, lines: Vec<Line>) -> usize {
        let next = self.groups.len();
        let group = match group_key(&lines) {
            Some(key) => *self.positions.entry(key).or_insert(next),
            None => next,
        };
        if group == next {
            let rank = Rank::new(&lines);
            let first = self.member(rank, position);
            self.groups.push(Group {
                rank,
                lines,
                first,
                equal: Vec::new(),
            });
        } else {
            self.add_equal(group, position);
        }
        group
    }

    /// Adds a fetch to the group at the position `group`.
    pub(super) fn add_equal(&mut self, group: usize, position: usize) {
        let Some(rank) = self.groups.get(group).map(|group| group.rank) else {
            return;
        };
        let member = self.member(rank, position);
        if let Some(group) = self.groups.get_mut(group) {
            group.equal.push(member);
        }
    }

    /// Returns a new fetch. Until [`finish`](Self::finish), its number counts only the fetches of its rank.
    fn member(&mut self, rank: Rank, position: usize) -> Member {
        let count = self.counts.get_mut(rank as usize);
        let number = count.map_or(0, |count| {
            *count += 1;
            *count
        });
        Member { number, position }
    }

    /// Returns the groups in the order of the output. Writes the numbers of the fetches into their explanations.
    pub(super) fn finish(mut self) -> Vec<Group> {
        self.groups.sort_by_key(|group| group.rank);
        for group in &mut self.groups {
            let before: usize = self.counts.iter().take(group.rank as usize).sum();
            let members = [&mut group.first].into_iter().chain(&mut group.equal);
            members.for_each(|member| member.number += before);
            for line in &mut group.lines {
                line.fetch = group.first.number;
            }
        }
        self.groups
    }
}

/// Returns a text that is equal for all fetches of a group. Two fetches to one server belong to the same group if their
/// verdicts, their fixes and the dangers of the fixes differ at most in the URL. Two fetches that cannot be judged
/// belong to the same group if the reason is the same.
fn group_key(lines: &[Line]) -> Option<String> {
    let mut key = String::new();
    for line in lines {
        if let Some(message) = &line.message {
            let url = message.url.as_deref().unwrap_or_default();
            key += &message.to_string().replace(url, "URL");
            continue;
        }
        if let Some(obstacle) = &line.obstacle {
            key += obstacle;
            continue;
        }
        let explanation = line.explanation.as_ref()?;
        let origin = Url::parse(&line.url).ok()?.origin().ascii_serialization();
        let summary = explanation.summary().to_string();
        let summary: String = summary.split_whitespace().collect();
        key += &format!(
            "{origin} {} {:?} {} {} ",
            line.method, line.assumed_credentials, line.contradicts_recording, line.has_worked
        );
        let url = &explanation.asked.url;
        let summary = summary.replace(&**url, "URL");
        // The summary has no white space here.
        let short_url = heading_url(url).to_string().replace(' ', "");
        key += &summary.replace(&short_url, "URL");
    }
    Some(key)
}

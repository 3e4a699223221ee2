//! The groups of the explained fetches: fetches with equal explanations, in the order of the output.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{BuildHasher, RandomState},
};

use fetch_cors::{
    Failure,
    browser::CredentialsMode,
    explain::{Verdict as FetchVerdict, heading_url},
};
use url::Url;

use super::{
    line::{Line, problem_position},
    modes::mode_name,
};
use crate::output::counted;

/// The maximum number of groups that are explained in the text and on the HTML page. The fetches of further groups are
/// only counted, so that a recording with many different failures needs little memory.
const MAX_EXPLAINED: usize = 1000;

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
    /// Returns the words for the result of a fetch.
    const fn words(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::NotJudged => "not judged",
            Self::Contradicted => "blocked by the standard, but readable in the recording",
            Self::BlockedWithCredentials => "blocked only if the page sends credentials",
            Self::Stopped => "stopped by the page or the user",
            Self::Success => "not blocked",
        }
    }

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
    /// The failure of the first fetch of the group. `None` if the failure is not known.
    failure: Option<Failure>,
    /// The explanations of the first fetch of the group. Empty if the fetches of the group are only counted.
    pub(super) lines: Vec<Line>,
    pub(super) first: Member,
    /// The other fetches of the group. Empty if the fetches of the group are only counted.
    pub(super) equal: Vec<Member>,
    /// The number of fetches.
    count: usize,
}

impl Group {
    /// Returns the number of fetches.
    pub(super) const fn len(&self) -> usize {
        self.count
    }

    const fn is_explained(&self) -> bool {
        !self.lines.is_empty()
    }
}

/// The groups in the order of the output.
#[derive(Default)]
pub(super) struct FinishedGroups {
    /// The groups that are explained.
    pub(super) explained: Vec<Group>,
    pub(super) counted: CountedFetches,
}

impl FinishedGroups {
    /// Returns the number of all fetches.
    pub(super) fn fetch_count(&self) -> usize {
        let explained: usize = self.explained.iter().map(Group::len).sum();
        explained + self.counted.total()
    }

    /// Returns the number of all fetches with this rank.
    pub(super) fn count_of(&self, rank: Rank) -> usize {
        let groups = self.explained.iter().filter(|group| group.rank == rank);
        groups.map(Group::len).sum::<usize>() + self.counted.of_rank(rank)
    }
}

/// The fetches of the groups that are not explained.
#[derive(Debug, Default)]
pub(super) struct CountedFetches(BTreeMap<(Rank, Option<&'static str>), usize>);

impl CountedFetches {
    pub(super) fn total(&self) -> usize {
        self.0.values().sum()
    }

    fn of_rank(&self, rank: Rank) -> usize {
        let counts = self.0.iter().filter(|((other, _), _)| *other == rank);
        counts.map(|(_, count)| count).sum()
    }

    fn add(&mut self, group: &Group) {
        let code = group.failure.map(Failure::code);
        *self.0.entry((group.rank, code)).or_default() += group.len();
    }

    /// Returns the sentence about the fetches, and a line for each failure. `None` if each fetch is explained.
    pub(super) fn text(&self) -> Option<(String, Vec<String>)> {
        if self.0.is_empty() {
            return None;
        }
        let count = counted(self.total(), "more fetch is", "more fetches are");
        let introduction = format!(
            "{count} not explained here, because {MAX_EXPLAINED} different explanations are above. Fix these first and record again, name a part of the URL with `--only-url`, or use `--json`, which explains each fetch:"
        );
        let lines = self.0.iter().map(|((rank, code), count)| {
            let fetches = counted(*count, "fetch", "fetches");
            let code = code.map_or_else(String::new, |code| format!(": {code}"));
            format!("{fetches} {}{code}", rank.words())
        });
        Some((introduction, lines.collect()))
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
    keys: GroupKeys,
    /// The number of fetches of each rank.
    counts: [usize; RANK_COUNT],
    /// The positions of the groups of each rank that are explained.
    explained: [Vec<usize>; RANK_COUNT],
}

/// The position of each group, by the hash of its [key](group_key). Two independent hashes of 64 bits are compared in place
/// of the key, which is a long text.
#[derive(Default)]
pub(super) struct GroupKeys {
    positions: HashMap<(u64, u64), usize>,
    hashers: (RandomState, RandomState),
}

impl GroupKeys {
    /// Returns the position of the group to which the explanations belong. If there is no such group, stores `next` as its
    /// position.
    pub(super) fn position(&mut self, lines: &[Line], next: usize) -> usize {
        let Some(key) = group_key(lines) else {
            return next;
        };
        let hash = (self.hashers.0.hash_one(&key), self.hashers.1.hash_one(&key));
        *self.positions.entry(hash).or_insert(next)
    }
}

impl Groups {
    /// Adds a fetch with its explanations. `position` is the position among the fetches of the recording. Returns the
    /// position of the group.
    pub(super) fn add(&mut self, position: usize, lines: Vec<Line>) -> usize {
        let next = self.groups.len();
        let group = self.keys.position(&lines, next);
        if group == next {
            let rank = Rank::new(&lines);
            let first = self.member(rank, position);
            self.groups.push(Group {
                rank,
                failure: failure(&lines),
                lines,
                first,
                equal: Vec::new(),
                count: 1,
            });
            if let Some(explained) = self.explained.get_mut(rank as usize) {
                explained.push(group);
            }
            self.leave_out_last();
        } else {
            self.add_equal(group, position);
        }
        group
    }

    /// If too many groups are explained, removes the explanation of the least important group.
    fn leave_out_last(&mut self) {
        let count: usize = self.explained.iter().map(Vec::len).sum();
        if count <= MAX_EXPLAINED {
            return;
        }
        let last = self.explained.iter_mut().rev().find_map(Vec::pop);
        if let Some(group) = last.and_then(|last| self.groups.get_mut(last)) {
            group.lines = Vec::new();
            group.equal = Vec::new();
        }
    }

    /// Adds a fetch to the group at the position `group`.
    pub(super) fn add_equal(&mut self, group: usize, position: usize) {
        let Some(rank) = self.groups.get(group).map(|group| group.rank) else {
            return;
        };
        let member = self.member(rank, position);
        if let Some(group) = self.groups.get_mut(group) {
            group.count += 1;
            if group.is_explained() {
                group.equal.push(member);
            }
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

    /// Returns the groups in the order of the output.
    pub(super) fn finish(mut self) -> FinishedGroups {
        self.groups.sort_by_key(|group| group.rank);
        let mut finished = FinishedGroups::default();
        for mut group in self.groups {
            if !group.is_explained() {
                finished.counted.add(&group);
                continue;
            }
            let before: usize = self.counts.iter().take(group.rank as usize).sum();
            let members = [&mut group.first].into_iter().chain(&mut group.equal);
            members.for_each(|member| member.number += before);
            finished.explained.push(group);
        }
        finished
    }
}

/// Returns the failure whose reason is in the overview.
fn failure(lines: &[Line]) -> Option<Failure> {
    let mut messages = lines.iter().filter_map(|line| line.message.as_ref());
    if let Some(message) = messages.next() {
        return message.failures.first().copied();
    }
    let explanation = lines.get(problem_position(lines)?)?.explanation.as_ref()?;
    explanation.refusals.first().map(|refusal| refusal.failure)
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

#[cfg(test)]
mod tests {
    use fetch_cors::explain::input::ConsoleMessage;

    use super::{Groups, Line, MAX_EXPLAINED, Rank};

    fn line() -> Line {
        Line {
            fetch: 0,
            same_as: None,
            url: "https://api.example/".into(),
            method: "GET".into(),
            certain: true,
            assumed_credentials: None,
            also_needed: None,
            has_worked: false,
            was_stopped: false,
            contradicts_recording: false,
            explanation: None,
            obstacle: None,
            message: None,
        }
    }

    fn not_judged(number: usize) -> Vec<Line> {
        let obstacle = Some(format!("reason {number}"));
        vec![Line { obstacle, ..line() }]
    }

    fn blocked() -> Vec<Line> {
        let text = "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.";
        let message = Some(ConsoleMessage::parse(text).unwrap());
        vec![Line { message, ..line() }]
    }

    /// The most important groups keep their explanations, also if they are the last groups of the recording.
    #[test]
    fn further_groups_are_only_counted() {
        let mut groups = Groups::default();
        for number in 0..MAX_EXPLAINED + 5 {
            groups.add(number, not_judged(number));
        }
        // An equal fetch of a group that is only counted.
        groups.add(MAX_EXPLAINED + 5, not_judged(MAX_EXPLAINED + 2));
        groups.add(MAX_EXPLAINED + 6, blocked());
        let finished = groups.finish();
        assert_eq!(finished.explained.len(), MAX_EXPLAINED);
        let first = finished.explained.first().unwrap();
        assert_eq!(first.first.position, MAX_EXPLAINED + 6);
        assert_eq!((first.rank, first.first.number), (Rank::Blocked, 1));
        assert_eq!(finished.explained.get(1).unwrap().first.number, 2);
        assert_eq!(finished.fetch_count(), MAX_EXPLAINED + 7);
        assert_eq!(finished.count_of(Rank::NotJudged), MAX_EXPLAINED + 6);
        let (introduction, lines) = finished.counted.text().unwrap();
        assert!(
            introduction.starts_with("7 more fetches are not explained here, because 1000 different explanations are above"),
            "{introduction}"
        );
        assert_eq!(lines, ["7 fetches not judged"]);
    }
}

//! Generates origins of a policy, and similar origins.

use alloc::{string::String, vec::Vec};

use proptest::{
    arbitrary::any,
    sample,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::{
    listed_origins::matching_origins, origin_mutations::OriginMutation, policy_spec::PolicySpec,
};
use crate::conformance::generate::{
    draw::strategies::{one_of_then, select},
    weights::origin_mutations::{
        CHARACTERS, HOST_LENGTHS_BYTES, HOST_PREFIXES, HOST_SEPARATORS, HOST_SUFFIXES,
        MUTATION_KINDS, MutationKind, OTHER_ORIGINS, OTHER_PORTS, PREFIXES, SUFFIXES,
    },
};

/// The origin that is mutated if the policy has neither a listed origin nor a predicate.
pub(super) const DEFAULT_ORIGIN: &str = "https://a.example";
/// The origin of the second host in a mutation that joins two hosts. The mutation uses this origin if the policy has
/// neither a listed origin nor a predicate.
pub(super) const DEFAULT_OTHER_ORIGIN: &str = "https://b.example";

/// Generates the bytes of an `Origin` header: an origin of the policy, or an origin that is similar to an origin of the
/// policy.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, origin_near};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let origins = origin_near(&PolicySpec::from_origins(["https://a.example"]));
/// assert!(!origins.new_tree(&mut TestRunner::deterministic())?.current().is_empty());
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn origin_near(spec: &PolicySpec) -> impl Strategy<Value = Vec<u8>> + use<> {
    let entries: Vec<String> = entries(spec).cloned().collect();
    let origin = if entries.is_empty() {
        matching_origins(DEFAULT_ORIGIN)
    } else {
        (sample::select(entries.clone()), Just(()))
            .prop_flat_map(|(entry, ())| matching_origins(&entry))
            .boxed()
    };
    let other = if entries.is_empty() {
        Just(String::from(DEFAULT_OTHER_ORIGIN)).boxed()
    } else {
        sample::select(entries).boxed()
    };
    (origin, other, mutations())
        .prop_map(|(origin, other, mutation)| mutation.bytes(&origin, &other))
}

/// Returns the listed origins of the policy, and the origin that its predicate allows.
pub(super) fn entries(spec: &PolicySpec) -> impl Iterator<Item = &String> {
    let predicate = spec.predicate.iter().map(|predicate| &predicate.origin);
    spec.listed_origins().iter().chain(predicate)
}

fn mutations() -> BoxedStrategy<OriginMutation> {
    let index = any::<usize>;
    one_of_then(&MUTATION_KINDS, |kind| match kind {
        MutationKind::Nothing => Just(OriginMutation::Nothing).boxed(),
        MutationKind::ReplaceCharacter => (index(), select(&CHARACTERS))
            .prop_map(|(index, c)| OriginMutation::ReplaceCharacter(index, c))
            .boxed(),
        MutationKind::RemoveCharacter => index().prop_map(OriginMutation::RemoveCharacter).boxed(),
        MutationKind::InsertCharacter => (index(), select(&CHARACTERS))
            .prop_map(|(index, c)| OriginMutation::InsertCharacter(index, c))
            .boxed(),
        MutationKind::Prefix => select(&PREFIXES).prop_map(OriginMutation::Prefix).boxed(),
        MutationKind::HostPrefix => select(&HOST_PREFIXES)
            .prop_map(OriginMutation::HostPrefix)
            .boxed(),
        MutationKind::HostSuffix => select(&HOST_SUFFIXES)
            .prop_map(OriginMutation::HostSuffix)
            .boxed(),
        MutationKind::Suffix => select(&SUFFIXES).prop_map(OriginMutation::Suffix).boxed(),
        MutationKind::WithoutFirstLabel => Just(OriginMutation::WithoutFirstLabel).boxed(),
        MutationKind::OtherScheme => Just(OriginMutation::OtherScheme).boxed(),
        MutationKind::OtherPort => select(&OTHER_PORTS)
            .prop_map(OriginMutation::OtherPort)
            .boxed(),
        MutationKind::UpperCase => Just(OriginMutation::UpperCase).boxed(),
        MutationKind::JoinedHosts => select(&HOST_SEPARATORS)
            .prop_map(OriginMutation::JoinedHosts)
            .boxed(),
        MutationKind::LongHost => select(&HOST_LENGTHS_BYTES)
            .prop_map(OriginMutation::LongHost)
            .boxed(),
        MutationKind::OtherOrigin => select(&OTHER_ORIGINS)
            .prop_map(OriginMutation::OtherOrigin)
            .boxed(),
    })
}

//! The reasons why a policy denies a request, and the necessary changes of the policy.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::cell::{OnceCell, RefCell};

use super::{ask::Ask, warning::PolicyWarningKind};
use crate::{
    explain::is_response_header,
    infrastructure::escaped::Escaped,
    server::{CorsPolicy, DenialReason, NoPublicSuffixes, PolicyConfig},
    wording,
};

const NULL_ORIGIN: &str = "null";

/// The maximum number of origins for which a similar entry of the policy is searched, and the maximum for methods. The work for a large policy
/// and a large recording needs a limit.
const MAX_SEARCHES: usize = 200;

/// The policy, and the facts about the policy that do not depend on a request. Each fact is computed once, and only if a
/// request needs it.
pub(super) struct Reasons<'p> {
    pub(super) policy: &'p CorsPolicy,
    /// An origin that the policy allows.
    allowed_origin: OnceCell<Option<String>>,
    /// The reason why the policy denies credentialed requests.
    credentials: OnceCell<String>,
    /// The similar entry for each origin for which it was searched.
    similar_origins: RefCell<BTreeMap<String, Option<String>>>,
    /// The entry that differs only in the letter case, for each method for which it was searched.
    similar_methods: RefCell<BTreeMap<String, Option<String>>>,
}

impl<'p> Reasons<'p> {
    pub(super) const fn new(policy: &'p CorsPolicy) -> Self {
        Self {
            policy,
            allowed_origin: OnceCell::new(),
            credentials: OnceCell::new(),
            similar_origins: RefCell::new(BTreeMap::new()),
            similar_methods: RefCell::new(BTreeMap::new()),
        }
    }
}

/// Returns the entry that `search` finds for `text`. Each text is searched once. Returns `None` if there were too many texts.
fn searched<'s>(
    found: &RefCell<BTreeMap<String, Option<String>>>,
    text: &str,
    search: impl FnOnce() -> Option<&'s str>,
) -> Option<String> {
    let mut found = found.borrow_mut();
    if let Some(entry) = found.get(text) {
        return entry.clone();
    }
    if found.len() >= MAX_SEARCHES {
        return None;
    }
    let entry = search().map(String::from);
    found.insert(text.into(), entry.clone());
    entry
}

/// Returns all reasons why a policy denies a request, each with the necessary change.
pub(super) fn reasons_of(facts: &Reasons<'_>, ask: &Ask) -> Vec<String> {
    let policy = facts.policy;
    // A decision has only one reason, so this function makes several decisions: about the origin, about the method, and
    // about each header name. If the policy denies the origin, the later decisions are about an origin that the policy
    // allows.
    let of_origin = reason_of(facts, ask, &ask.origin, "GET", None);
    let origin = if of_origin.is_some() {
        let allowed = facts.allowed_origin.get_or_init(|| allowed_origin(policy));
        allowed.clone()
    } else {
        Some(ask.origin.clone())
    };
    let mut reasons: Vec<String> = of_origin.into_iter().collect();
    if let Some(origin) = origin {
        reasons.extend(reason_of(facts, ask, &origin, &ask.method, None));
        let names = ask.names.iter();
        reasons.extend(
            names.filter_map(|name| reason_of(facts, ask, &origin, "GET", Some(name.as_str()))),
        );
    }
    if ask.is_credentialed && !policy.config().credentials {
        let reason = facts.credentials.get_or_init(|| credentials_reason(policy));
        reasons.push(reason.clone());
    }
    reasons
}

/// Returns an origin that the policy allows. In an entry that is a pattern, a label and a port replace the wildcards.
fn allowed_origin(policy: &CorsPolicy) -> Option<String> {
    let origins = &policy.config().origins;
    if origins.is_any() {
        return Some("https://a.example".into());
    }
    let mut candidates = origins.entries().iter().map(|entry| {
        let with_port = entry.replace(":*", ":1");
        with_port.replace('*', "a")
    });
    candidates.find(|origin| {
        let lines = |header: &str| {
            let value = (header == "origin").then_some(origin.as_bytes());
            value.into_iter()
        };
        let decision = policy.decide_raw(b"GET", &lines);
        decision.verdict().denial().is_none()
    })
}

/// Returns the reason why the policy denies a request of `origin` with this method and this header name, and the
/// necessary change.
fn reason_of(
    facts: &Reasons<'_>,
    ask: &Ask,
    origin: &str,
    method: &str,
    name: Option<&str>,
) -> Option<String> {
    let lines = |header: &str| {
        let value = match header {
            "origin" => Some(origin),
            "access-control-request-method" => Some(method),
            "access-control-request-headers" => name,
            _ => None,
        };
        value.map(str::as_bytes).into_iter()
    };
    let policy = facts.policy;
    let decision = policy.decide_raw(b"OPTIONS", &lines);
    let reason = decision.verdict().denial()?;
    Some(match reason {
        DenialReason::Origin => {
            let nearest = searched(&facts.similar_origins, origin, || decision.nearest_origin());
            let fix = origin_fix(policy, ask, nearest.as_deref());
            let origin = Escaped(origin.as_bytes());
            format!("{reason} `{origin}`: {fix}")
        }
        DenialReason::Method(method) => format!("{reason}: {}", method_fix(facts, method)),
        DenialReason::Header(name) => format!("{reason}: {}", header_fix(name)),
        _ => reason.to_string(),
    })
}

/// Returns the change that allows the origin of a request. `nearest` is the listed origin that is similar to this
/// origin.
fn origin_fix(policy: &CorsPolicy, ask: &Ask, nearest: Option<&str>) -> String {
    if ask.origin == NULL_ORIGIN {
        let fix = if ask.is_redirected {
            PolicyWarningKind::RedirectedOrigin.message()
        } else {
            concat!(
                wording::sandboxed_pages_are_null!(),
                ": ",
                wording::serve_from_own_origin!()
            )
        };
        return fix.into();
    }
    let config = PolicyConfig {
        origins: [&*ask.origin].into(),
        credentials: policy.config().credentials || ask.is_credentialed,
        ..PolicyConfig::default()
    };
    let listed = nearest.map(|listed| format!("the policy has `{listed}`: "));
    let fix = addition("origins", &ask.origin, config);
    listed.unwrap_or_default() + &fix
}

/// Returns the words `add … to …` for a policy member that is a list. `config` is a configuration with only the new
/// entry. If the configuration is not valid, also returns the reasons.
fn addition(member: &str, entry: &str, config: PolicyConfig) -> String {
    let entry = Escaped(entry.as_bytes());
    let add = format!("add `{entry}` to `{member}`");
    match config.validate(&NoPublicSuffixes) {
        Ok(_) => add,
        Err(errors) => {
            let reasons = errors.iter().map(|error| error.message().to_string());
            let sentences: Vec<String> = [add].into_iter().chain(reasons).collect();
            sentences.join("; ")
        }
    }
}

fn method_fix(facts: &Reasons<'_>, method: &str) -> String {
    method_hint(facts, method).unwrap_or_else(|| {
        let config = PolicyConfig {
            methods: [method].into(),
            ..PolicyConfig::default()
        };
        addition("methods", method, config)
    })
}

fn header_fix(name: &str) -> String {
    if name == "*" {
        return STAR_HEADER.into();
    }
    if is_response_header(&name.to_ascii_lowercase()) {
        return PolicyWarningKind::ResponseHeaderOnRequest.message().into();
    }
    let config = PolicyConfig {
        request_headers: [String::from(name)].into(),
        ..PolicyConfig::default()
    };
    addition("request_headers", name, config)
}

/// The reason why a policy cannot allow the header `*`, and the necessary change of the page.
pub(super) const STAR_HEADER: &str =
    "the header `*` has the name of the wildcard: rename the header";

/// Returns the reason why the policy denies a credentialed request, and the necessary change of the policy. If the
/// policy is not valid with credentials, the reason also has the other necessary changes.
fn credentials_reason(policy: &CorsPolicy) -> String {
    let mut reason =
        String::from("credentialed requests are not allowed: set `credentials` to `true`");
    let config = PolicyConfig {
        credentials: true,
        ..policy.config().clone()
    };
    if let Err(errors) = config.validate(&NoPublicSuffixes) {
        for error in errors.iter() {
            reason += "; ";
            reason += error.message();
        }
    }
    reason
}

/// Returns the fix for a denied method, if the letter case of the method is a probable mistake. The mistake is in the
/// policy, or in the page that sends a method such as `patch`.
fn method_hint(facts: &Reasons<'_>, method: &str) -> Option<String> {
    let upper = method.to_ascii_uppercase();
    let listed = searched(&facts.similar_methods, method, || {
        let mut listed = facts.policy.config().methods.entries().iter();
        let similar = listed.find(|listed| listed.eq_ignore_ascii_case(method));
        similar.map(String::as_str)
    });
    match listed {
        Some(listed) if upper == method => Some(format!(
            "the policy has `{listed}`, and {}: list `{upper}` in the policy",
            wording::methods_are_case_sensitive!()
        )),
        Some(listed) if upper == listed => Some(format!(
            "the policy has `{listed}`, and {}: write `{upper}` in the page",
            wording::methods_are_case_sensitive!()
        )),
        _ if upper != method => Some(format!(
            "{}: write `{upper}` in the page, and list `{upper}` in the policy",
            wording::methods_are_case_sensitive!()
        )),
        _ => None,
    }
}

//! Random policies and handlers. The same seed always makes the same policies and handlers.

use fetch_cors::{
    conformance::policies::{handler_headers, policy},
    server::{AllowList, CorsPolicy},
};
use http::HeaderMap;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{draw::Draw, origins::ENTRIES};

const POLICIES: usize = 50;

/// The statuses of handlers. A redirect leads to the first handler.
const STATUSES: &[u16] = &[200, 200, 204, 403, 404, 500, 302, 307, 200, 201];

const HANDLERS: usize = 20;

/// The behavior of the server behind the layer.
#[derive(Debug, Clone)]
pub struct Handler {
    pub status: u16,
    pub headers: HeaderMap,
}

impl Handler {
    pub fn is_redirect(&self) -> bool {
        matches!(self.status, 302 | 307)
    }
}

/// The policies and handlers.
#[derive(Debug, Clone)]
pub struct Plan {
    pub policies: Vec<CorsPolicy>,
    pub handlers: Vec<Handler>,
}

impl Plan {
    pub fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let mut draw = Draw::new(seed);
        let mut policies = Vec::new();
        while policies.len() < POLICIES {
            let Ok(tree) = policy().new_tree(&mut runner) else {
                continue;
            };
            let mut spec = tree.current();
            spec.predicate = None;
            spec.origins = origins(&mut draw, spec.credentials);
            spec.dangerously_allow_insecure_origins = true;
            spec.dangerously_allow_null_origin = true;
            spec.dangerously_allow_subdomains_of_public_suffixes = true;
            policies.extend(spec.build());
        }
        let mut handlers = Vec::new();
        while handlers.len() < HANDLERS {
            if let Ok(tree) = handler_headers().new_tree(&mut runner) {
                let status = STATUSES[handlers.len() % STATUSES.len()];
                let headers = tree.current();
                handlers.push(Handler { status, headers });
            }
        }
        Self { policies, handlers }
    }
}

fn origins(draw: &mut Draw, credentials: bool) -> AllowList {
    if !credentials && draw.once_in(6) {
        return AllowList::Any;
    }
    let count = 1 + draw.below(4);
    AllowList::Only((0..count).map(|_| draw.among(ENTRIES).to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_seed_gives_the_same_plan() {
        let (a, b) = (Plan::new(7), Plan::new(7));
        let configs = |plan: &Plan| {
            plan.policies
                .iter()
                .map(|policy| policy.config().clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(configs(&a), configs(&b));
        assert_ne!(configs(&a), configs(&Plan::new(8)));
        assert!(configs(&a).iter().any(|config| config.credentials));
        assert!(
            configs(&a)
                .iter()
                .any(|config| config.origins == AllowList::Any)
        );
    }
}

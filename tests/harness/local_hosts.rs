//! Servers that allow hosts of the user's own machine or of a private network. The finding names only what the server allows,
//! and the entries that a policy needs if this is meant.

use fetch_cors::conformance::{Cause, check, policies::PolicySpec};

use super::{config, servers::allowing};

#[test]
fn text_and_fix_name_only_the_hosts_that_the_server_allows() {
    const MACHINE: &str = "any program on the user's machine can serve such a page";
    const NETWORK: &str =
        "any program on the user's machine or in the user's network can serve such a page";
    type Allows = fn(&str) -> bool;
    let servers: [(Allows, &str, &str, Option<&str>); 6] = [
        (
            |origin| origin == "http://localhost:5173",
            "pages of `localhost`, which the policy does not allow: `http://localhost:5173`",
            MACHINE,
            Some("add `http://localhost:5173` to"),
        ),
        (
            |origin| ["http://localhost:5173", "http://localhost:8080"].contains(&origin),
            "pages of `localhost`, which the policy does not allow: `http://localhost:5173` and `http://localhost:8080`",
            MACHINE,
            Some("add `http://localhost:5173` and `http://localhost:8080` to"),
        ),
        (
            |origin| {
                let rest = origin.strip_prefix("http://localhost");
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            },
            "pages of `localhost`, which the policy does not allow: `http://localhost`, ",
            MACHINE,
            Some("add `http://localhost:*` to"),
        ),
        (
            |origin| origin == "http://127.0.0.1:3000",
            "pages of the user's own machine, which the policy does not allow: `http://127.0.0.1:3000`",
            MACHINE,
            Some("add `http://127.0.0.1:3000` to"),
        ),
        // The check invents the addresses of a private network.
        (
            |origin| origin.starts_with("http://192.168."),
            "pages of private networks, which the policy does not allow: `http://192.168.1.2` and ",
            NETWORK,
            None,
        ),
        (
            |origin| origin.starts_with("http://192.168.") || origin == "http://localhost:3000",
            "pages of the user's own machine and of private networks, which the policy does not allow: ",
            NETWORK,
            Some("add `http://localhost:3000` to"),
        ),
    ];
    let policy = PolicySpec::from_origins(["https://app.example"]);
    let policy = policy.build().unwrap();
    for (allows, mistake, reason, added) in servers {
        let mut server = allowing(policy.clone(), allows);
        let report = check(&mut server, &policy, config()).unwrap();
        let findings = report.findings();
        assert_eq!(findings[0].cause(), Cause::AllowsLocalhost, "{report}");
        let expected = format!("the server allows {mistake}");
        assert!(findings[0].mistake().starts_with(&expected), "{report}");
        let fix = findings[0].advice();
        assert!(fix.contains(reason), "{report}");
        assert_eq!(fix.contains("add `"), added.is_some(), "{report}");
        assert!(added.is_none_or(|added| fix.contains(added)), "{report}");
    }
}

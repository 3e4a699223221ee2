//! `generate`, and `check` and `run` on its lines.

use serde_json::{Value, json};

use crate::program::ran;

#[test]
fn generated_vectors_are_reproducible_and_hold() {
    let generate = ["generate", "--seed", "7", "--count", "200"];
    let first = ran(&generate, "");
    assert_eq!((first.status, &*first.err), (0, ""));
    assert_eq!(first.out, ran(&generate, "").out);
    assert_ne!(
        first.out,
        ran(&["generate", "--seed=8", "--count=200"], "").out
    );
    assert_eq!(first.out.lines().count(), 200);

    let checked = ran(&["check", "-"], &*first.out);
    assert_eq!((checked.status, &*checked.err), (0, ""), "{}", checked.out);
    let answers = ran(&["run"], &*first.out);
    assert_eq!((answers.status, answers.json().len()), (0, 200));

    let one_family = ran(
        &["generate", "--seed=7", "--count=20", "--family=cache"],
        "",
    );
    let json = one_family.json();
    let ids = json
        .iter()
        .map(|vector| vector["case"]["id"].as_str().unwrap());
    assert!(ids.clone().count() == 20 && ids.clone().all(|id| id.starts_with("cache-")));
    let source = "fetch-cors generate --seed 7 --family cache";
    assert!(json.iter().all(|vector| vector["source"] == source));
}

/// If any single expectation of a vector is changed, the vector differs.
#[test]
fn generated_vectors_assert_the_whole_outcome() {
    let vectors = ran(&["generate", "--seed=1", "--count=100"], "").json();
    let mut altered = Vec::new();
    let mut alter = |vector: &Value, fetch: usize, change: &dyn Fn(&mut Value)| {
        let mut vector = vector.clone();
        change(&mut vector["expect"]["fetches"][fetch]);
        altered.push(vector.to_string());
    };
    for vector in &vectors {
        let fetches = vector["expect"]["fetches"].as_array().unwrap();
        assert_eq!(
            fetches.len(),
            vector["case"]["fetches"].as_array().unwrap().len()
        );
        for (i, fetch) in fetches.iter().enumerate() {
            for member in fetch["result"].as_object().unwrap().keys() {
                alter(vector, i, &|fetch| fetch["result"][member] = json!("other"));
            }
            for list in ["preflights", "actual"] {
                for (j, request) in fetch[list].as_array().unwrap().iter().enumerate() {
                    alter(vector, i, &|fetch| {
                        fetch[list].as_array_mut().unwrap().remove(j);
                    });
                    for header in request["headers"].as_object().unwrap().keys() {
                        alter(vector, i, &|fetch| {
                            fetch[list][j]["headers"][header] = json!("other")
                        });
                    }
                    alter(vector, i, &|fetch| fetch[list][j]["url"] = json!("other"));
                    alter(vector, i, &|fetch| {
                        fetch[list][j]["method"] = json!("other")
                    });
                }
            }
        }
    }
    let checked = ran(&["check", "--json", "-"], altered.join("\n"));
    let summary = &checked.json().pop().unwrap()["summary"];
    assert_eq!(
        (&summary["vectors"], &summary["differ"]),
        (&json!(altered.len()), &json!(altered.len()))
    );
}

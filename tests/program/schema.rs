//! JSON Schema, as far as the schema of configuration files uses it. A keyword that is not known here is an error.

use serde_json::Value;

/// What of `value` the schema does not allow; `root` is where references begin.
pub fn trouble(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let Value::Object(keywords) = schema else {
        return (schema == &Value::Bool(false)).then(|| "nothing".to_owned());
    };
    keywords.iter().find_map(|(keyword, wanted)| check(root, keywords, keyword, wanted, value))
}

fn check(
    root: &Value,
    all: &serde_json::Map<String, Value>,
    keyword: &str,
    wanted: &Value,
    value: &Value,
) -> Option<String> {
    let told = |why: String| Some(format!("{value}: {why}"));
    match keyword {
        "$schema" | "$defs" | "title" | "description" | "default" | "format" => None,
        "$ref" => {
            let path = wanted.as_str().unwrap().strip_prefix('#').unwrap();
            trouble(root, root.pointer(path).unwrap(), value)
        }
        "type" => {
            let types: Vec<&str> = wanted.as_array().map_or_else(
                || vec![wanted.as_str().unwrap()],
                |all| all.iter().map(|one| one.as_str().unwrap()).collect(),
            );
            if types.contains(&kind(value)) { None } else { told(format!("no {types:?}")) }
        }
        "enum" => {
            if wanted.as_array().unwrap().contains(value) {
                None
            } else {
                told(format!("none of {wanted}"))
            }
        }
        "const" => {
            if wanted == value {
                None
            } else {
                told(format!("not {wanted}"))
            }
        }
        "anyOf" | "oneOf" => {
            let fits = |schema: &&Value| trouble(root, schema, value).is_none();
            let count = wanted.as_array().unwrap().iter().filter(fits).count();
            if count == 1 || (keyword == "anyOf" && count > 1) {
                None
            } else {
                told(format!("fits {count} of {wanted}"))
            }
        }
        "items" => value.as_array()?.iter().find_map(|item| trouble(root, wanted, item)),
        "properties" => {
            let value = value.as_object()?;
            wanted
                .as_object()
                .unwrap()
                .iter()
                .find_map(|(key, schema)| trouble(root, schema, value.get(key)?))
        }
        "additionalProperties" => {
            let known = all.get("properties").and_then(Value::as_object);
            let others = value
                .as_object()?
                .iter()
                .filter(|(key, _)| !known.is_some_and(|known| known.contains_key(*key)));
            others
                .into_iter()
                .find_map(|(key, value)| Some(format!("{key}: {}", trouble(root, wanted, value)?)))
        }
        "required" => {
            let value = value.as_object()?;
            wanted
                .as_array()
                .unwrap()
                .iter()
                .find(|key| !value.contains_key(key.as_str().unwrap()))
                .map(|key| format!("no {key}"))
        }
        "minimum" | "maximum" => {
            let (value, limit) = (value.as_f64()?, wanted.as_f64().unwrap());
            let fits = if keyword == "minimum" { value >= limit } else { value <= limit };
            if fits { None } else { told(format!("{keyword} {limit}")) }
        }
        "pattern" => {
            let fits = regex_lite::Regex::new(wanted.as_str().unwrap()).unwrap().is_match(value.as_str()?);
            if fits { None } else { told(format!("not of the form {wanted}")) }
        }
        other => panic!("the keyword {other} is not known here"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

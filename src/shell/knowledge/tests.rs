use super::*;

/// A call as a line: words parted by spaces, `·` for a space in a word, `?` for an unknown word, `x?` for a word of
/// which only the beginning is known.
fn arguments(line: &str) -> (String, Vec<String>) {
    let mut words = line.split(' ').map(|word| word.replace('·', " "));
    let name = words.next().expect("split gives one part at least");
    (name, words.collect())
}

fn arg(word: &str) -> Arg<'_> {
    match word.strip_suffix('?') {
        Some("") => Arg::Unknown,
        Some(start) => Arg::Start(start),
        None => Arg::Text(word),
    }
}

/// Checks what `read` makes of each call; the second of a pair is what it should make of the first.
#[track_caller]
fn check(table: &[(&str, &str)], read: fn(&Reading<'_>, &[Arg<'_>]) -> String) {
    let mut wrong = Vec::new();
    for (line, expected) in table {
        let (name, words) = arguments(line);
        let args: Vec<Arg<'_>> = words.iter().map(|word| arg(word)).collect();
        let facts = Knowledge::builtin().command(&name).unwrap_or_else(|| panic!("`{name}` is not known"));
        let found = read(&facts.reading(&args), &args);
        if found != *expected {
            wrong.push(format!("{line}: expected {expected}, found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn show(place: Place, args: &[Arg<'_>]) -> String {
    match args[place.arg] {
        Arg::Text(text) => text[place.start..].to_owned(),
        Arg::Start(text) => format!("{}?", &text[place.start..]),
        Arg::Unknown => "?".to_owned(),
    }
}

fn operands(reading: &Reading<'_>, args: &[Arg<'_>]) -> String {
    let Operands { sources, destinations, removed } = reading.operands();
    let show_all = |sign: &str, places: Vec<Place>| {
        places.into_iter().map(|place| format!("{sign}{}", show(place, args))).collect::<Vec<_>>()
    };
    [show_all("<", sources), show_all(">", destinations), show_all("-", removed)].concat().join(" ")
}

fn inner(reading: &Reading<'_>, args: &[Arg<'_>]) -> String {
    let text = |inner: &Inner| match inner.text {
        InnerText::Words { start, end } => {
            let words: Vec<String> = (start..end).map(|arg| show(Place::whole(arg), args)).collect();
            format!("{} ({:?})", words.join(" "), inner.passes)
        }
        InnerText::String(place) => format!("'{}' ({:?})", show(place, args), inner.passes),
        InnerText::Strings { from } => format!("'{}'.. ({:?})", show(Place::whole(from), args), inner.passes),
    };
    reading.inners().iter().map(text).collect::<Vec<_>>().join(", ")
}

fn input(reading: &Reading<'_>, _: &[Arg<'_>]) -> String {
    format!("{:?}", reading.input())
}

fn answers(reading: &Reading<'_>, _: &[Arg<'_>]) -> String {
    match reading.answers() {
        Answers::None => "none".to_owned(),
        Answers::Any => "any".to_owned(),
        Answers::Listed(statuses) => format!("{statuses:?}"),
    }
}

fn roles(reading: &Reading<'_>, _: &[Arg<'_>]) -> String {
    let all = [
        Role::Produce,
        Role::Transform,
        Role::Build,
        Role::Transfer,
        Role::Deploy,
        Role::Verify,
        Role::Destroy,
        Role::MutateService,
        Role::Prepare,
    ];
    let rest = [Role::Notify, Role::Ask, Role::Print, Role::AlwaysOk, Role::RunOther];
    let held = all.into_iter().chain(rest).filter(|role| reading.roles().contains(*role));
    held.map(|role| format!("{role:?}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_table_parses_and_names_each_command_once() {
    let mut known = Knowledge::default();
    let mut tables = 0;
    for text in builtin_texts() {
        let table = Knowledge::default().with(text).unwrap_or_else(|error| panic!("{error}"));
        let mut names: Vec<&String> = table.by_name.keys().collect();
        names.sort();
        for name in names {
            assert!(known.command(name).is_none(), "`{name}` stands in two tables");
        }
        known = known.with(text).unwrap();
        tables += 1;
    }
    assert!(tables >= 15, "only {tables} tables are built in");
    assert!(known.commands.len() >= 250, "only {} commands are known", known.commands.len());
}

#[test]
fn answers_stand_only_where_a_command_asks() {
    for facts in &Knowledge::builtin().commands {
        let effects = facts.when.iter().map(|when| &when.effect).chain([&facts.always]);
        for effect in effects.filter(|effect| effect.answers.is_some()) {
            let asks = effect.roles.is_some_and(|roles| roles.contains(Role::Ask));
            assert!(asks, "`{}` has answers where it does not ask", facts.name);
        }
    }
}

#[test]
fn roles_follow_the_arguments() {
    let table = [
        ("pg_dump mydb", "Produce"),
        ("gzip", "Transform"),
        ("gzip -t f", "Verify"),
        ("gzip -9t f", "Verify"),
        ("aws s3 cp a s3://b/", "Transfer"),
        ("aws --profile p s3 rm s3://b/a", "Destroy"),
        ("aws ? s3 rm s3://b/a", "Destroy"),
        ("aws s3 sync . s3://b --delete", "Transfer Destroy"),
        ("aws s3 sync . s3://b --delete --dryrun", "Produce"),
        ("aws s3 ls", "Produce"),
        ("rm -rf /tmp/x", "Destroy"),
        ("git commit -m clean", "MutateService"),
        ("git -C dir clean -fd", "Destroy"),
        ("git push --force origin", "Transfer Destroy"),
        ("git reset --soft HEAD", "MutateService"),
        ("docker rm -f web", "Destroy Ask"),
        ("docker stop web", "MutateService Ask"),
        ("docker volume rm data", "Destroy"),
        ("tmux -L own kill-window -t web", "MutateService Ask"),
        ("tmux new-session -d", "MutateService"),
        ("screen -S web -X quit", "MutateService Ask"),
        ("start-stop-daemon --stop --pidfile p", "MutateService Ask"),
        ("kill -TERM 12", "MutateService"),
        ("iptables -D INPUT 1", "MutateService Ask"),
        ("iptables -A INPUT -j DROP", "MutateService"),
        ("ip link del br0", "MutateService Ask"),
        ("crontab -r", "Destroy Ask"),
        ("docker exec web rm -d x", "RunOther"),
        ("docker system prune -af", "Destroy"),
        ("docker compose -f a.yml down -v", "Destroy"),
        ("docker compose down", "MutateService"),
        ("kubectl -n prod rollout status deploy/x", "Verify"),
        ("kubectl delete pod x", "Destroy"),
        ("psql -c DROP·TABLE·x", "Destroy"),
        ("psql -c select·1", "Produce"),
        ("psql -f grants.sql", "Deploy"),
        ("npm ci", "Build"),
        ("npm config set x y", "MutateService"),
        ("pip install -r requirements.txt", "Build"),
        ("bundle exec rake db:migrate", "RunOther"),
        ("go build ./...", "Produce Build"),
        ("go list ./...", "Produce"),
        ("docker build -t app .", "Produce Build"),
        ("docker compose -f a.yml up -d", "Deploy"),
        ("kubectl -n prod apply -f k8s/", "Deploy"),
        ("kubectl config use-context prod", "MutateService"),
        ("helm upgrade --install app chart/", "Deploy"),
        ("terraform apply -auto-approve", "Deploy"),
        ("terraform init", "MutateService"),
        ("aws ecs update-service --service web", "Deploy"),
        ("alembic upgrade head", "Deploy"),
        ("alembic downgrade base", "Destroy"),
        ("git checkout v1", "Deploy"),
        ("vercel --prod", "Deploy"),
        ("firebase login", "MutateService"),
        ("tar czf a.tgz dir", "Produce"),
        ("tar -xzf a.tgz", "Transform Build"),
        ("tar --list --file=a.tar", "Verify"),
        ("find . -name x -delete", "Destroy"),
        ("find . -name x", "Produce"),
        ("sha256sum -c sums", "Verify"),
        ("rsync -a --delete src/ dst/", "Transfer Destroy"),
        ("echo done", "Print"),
        ("true", "AlwaysOk"),
        ("systemctl restart x", "MutateService"),
        ("dd if=/dev/zero of=/dev/sda", "Transfer Destroy"),
        ("curl -d x https://hooks.slack.com/services/1", "Notify"),
    ];
    check(&table, roles);
}

#[test]
fn asking_commands_name_their_answers() {
    let table = [
        ("grep x f", "[1]"),
        ("[ -f x ]", "[1]"),
        ("diff a b", "[1]"),
        ("command -v jq", "any"),
        ("command jq", "none"),
        ("kill -0 ?", "any"),
        ("kill ?", "none"),
        ("git diff --quiet", "[1]"),
        ("git diff", "none"),
        ("systemctl is-active x", "any"),
        ("systemctl start x", "none"),
        ("which jq", "any"),
        ("terraform plan -detailed-exitcode", "[2]"),
        ("jq -er .x", "[1, 4]"),
        ("jq -r .x", "none"),
        ("sort -c f", "[1]"),
        ("openssl x509 -checkend 86400 -in c.pem", "[1]"),
        ("pg_dump x", "none"),
        ("docker inspect x", "[1]"),
        ("flock -n 9", "none"),
    ];
    check(&table, answers);
}

#[test]
fn input_tells_whether_a_writer_may_be_cut_off() {
    let table = [
        ("gzip", "Whole"),
        ("gzip -9c", "Whole"),
        ("gzip file", "None"),
        ("gzip ?", "Unknown"),
        ("cat -", "Whole"),
        ("sort -k 2", "Whole"),
        ("cut -s -d, -f 1", "Whole"),
        ("sort -t ? -k 2", "Whole"),
        ("grep x", "Whole"),
        ("grep -E ?", "Whole"),
        ("grep -qi x", "Early"),
        ("grep -iq x", "Early"),
        ("grep -m1 x", "Early"),
        ("grep --max-count=1 x", "Early"),
        ("grep x f", "None"),
        ("grep -e x f", "None"),
        ("head -n 1", "Early"),
        ("head -1", "Early"),
        ("head -n -1", "Unknown"),
        ("tail -n 1", "Whole"),
        ("sed s/a/b/", "Whole"),
        ("sed 10q", "Early"),
        ("sed -n /x/{p;q}", "Early"),
        ("sed -e s/q/x/ -e $!d", "Whole"),
        ("sed s/?", "Unknown"),
        ("sed -f prog", "Unknown"),
        ("awk {print·$1}", "Whole"),
        ("awk -F: {print;exit}", "Early"),
        ("awk ?", "Unknown"),
        ("awk -v x=? {print}", "Whole"),
        ("jq -r .x", "Whole"),
        ("jq -n input", "Unknown"),
        ("jq --arg a b .x", "Unknown"),
        ("read -r x", "Early"),
        ("echo x", "None"),
        ("tee log", "Whole"),
        ("tar xz", "Unknown"),
        ("tar cz dir", "None"),
        ("ssh host cat", "Unknown"),
        ("aws s3 cp - s3://b/k", "Whole"),
        ("aws s3 cp a s3://b/k", "Unknown"),
        ("psql db", "Unknown"),
        ("gpg -c --passphrase-file p", "Whole"),
        ("gpg --symmetric -o out", "Whole"),
        ("openssl enc -aes-256-cbc -pass file:p", "Whole"),
    ];
    check(&table, input);
}

#[test]
fn inner_commands_are_found() {
    let table = [
        ("sudo -u postgres pg_dump mydb", "pg_dump mydb (Yes)"),
        ("sudo -n -- rm -rf x", "rm -rf x (Yes)"),
        ("sudo A=1 B=? make", "make (Yes)"),
        ("sudo -v", ""),
        ("env A=b C=d cmd x", "cmd x (Yes)"),
        ("env -i", ""),
        ("timeout -k 5 10m rsync -a a b", "rsync -a a b (Yes)"),
        ("timeout --signal=KILL ? cmd", "cmd (Yes)"),
        ("nice -n 19 ionice -c3 tar c x", "ionice -c3 tar c x (Yes)"),
        ("command -v jq", ""),
        ("command -p jq -v", "jq -v (Yes)"),
        ("exec -a name cmd", "cmd (Yes)"),
        ("exec", ""),
        ("eval ? x", "'?'.. (Yes)"),
        ("bash -c a;·b", "'a; b' (Yes)"),
        ("bash -euo pipefail -c a name", "'a' (Yes)"),
        ("bash -lc a", "'a' (Yes)"),
        ("bash script.sh -c x", ""),
        ("su - postgres -c pg_dump·x", "'pg_dump x' (Yes)"),
        ("su -c x", "'x' (Yes)"),
        ("runuser -u www -- cmd x", "cmd x (Yes)"),
        ("ssh -p 22 -i key host a b", "'a'.. (Yes)"),
        ("ssh host", ""),
        ("ssh host -p 22 cmd", "'cmd'.. (Yes)"),
        ("ssh -fN host cmd", "'cmd'.. (No)"),
        ("docker exec -it -u root web sh -c x", "sh -c x (Yes)"),
        ("docker exec -d web cmd -d", "cmd -d (No)"),
        ("docker exec web mysqldump -d", "mysqldump -d (Yes)"),
        ("docker run --rm -v a:b -e X=1 img:1 cmd x", "cmd x (Yes)"),
        ("docker run --rm img", ""),
        ("docker run --entrypoint sh img -c x", ""),
        ("docker -H tcp://x exec web ls", "ls (Yes)"),
        ("docker compose -f a.yml exec -T db pg_dump x", "pg_dump x (Yes)"),
        ("kubectl -n x exec -i pod -- sh -c y", "sh -c y (Yes)"),
        ("xargs -0 -n1 rm -f", "rm -f (Any)"),
        ("xargs -I{} sh -c x", "sh -c x (Any)"),
        ("xargs -r", ""),
        ("find . -exec rm {} ;", "rm {} (No)"),
        ("find . -type f -exec gzip {} +", "gzip {} (Any)"),
        ("find . -exec a {} \\; -exec b {} +", "a {} (No), b {} (Any)"),
        ("flock -n /lock cmd x", "cmd x (Yes)"),
        ("flock /lock -c cmd", "'cmd' (Yes)"),
        ("flock 9", ""),
        ("nohup cmd x", "cmd x (Yes)"),
        ("chroot /mnt cmd", "cmd (Yes)"),
        ("time -p cmd", "cmd (Yes)"),
        ("watch -n 5 cmd x", "'cmd'.. (No)"),
        ("script -qec cmd /dev/null", "'cmd' (Yes)"),
        ("script -c cmd /dev/null", "'cmd' (No)"),
        ("systemd-run --unit=x cmd", "cmd (No)"),
        ("systemd-run --wait cmd", "cmd (Yes)"),
    ];
    check(&table, inner);
}

#[test]
fn operands_are_sorted_into_sources_destinations_and_removed() {
    let table = [
        ("cp a b dir", "<a <b >dir"),
        ("cp -t dir a b", "<a <b >dir"),
        ("mv --target-directory=dir ? b", "<? <b >dir"),
        ("rsync -a src", "<src"),
        ("rsync", ""),
        ("zip out.zip", ">out.zip"),
        ("lz4 in out", "<in >out"),
        ("cp -a -- -x dir", "<-x >dir"),
        ("rm -rf -- a ?", "-a -?"),
        ("scp -P 22 -i key a host:b", "<a >host:b"),
        ("rsync -av -e ssh a/ host:b/", "<a/ >host:b/"),
        ("rsync -a --remove-source-files a/ host:b/", "<a/ >host:b/ -a/"),
        ("aws s3 cp /tmp/x s3://b/? --sse aws:kms", "</tmp/x >s3://b/?"),
        ("aws --region eu s3 rm s3://b/x", "-s3://b/x"),
        ("gsutil -m cp a gs://b", "<a >gs://b"),
        ("rclone copy a remote:b", "<a >remote:b"),
        ("curl -fsS -T f https://x/", "<f"),
        ("curl --upload-file=? https://x/", "<?"),
        ("curl -F name=@f https://x/", "<f"),
        ("curl --data-binary @? https://x/", "<?"),
        ("curl -d user@host https://x/", ""),
        ("curl -fsSLo out https://x/", ">out"),
        ("wget -qO out https://x/", ">out"),
        ("tar czf a.tgz -C / b c", "<b <c >a.tgz"),
        ("tar -czf a.tgz b", "<b >a.tgz"),
        ("tar --create --file=? b", "<b >?"),
        ("tar -xzf a.tgz -C dir", "<a.tgz >dir"),
        ("gzip -9 f", "<f >f"),
        ("gzip -9c f", "<f"),
        ("pg_dump -Fc -f out db", ">out"),
        ("pg_dump --file=? db", ">?"),
        ("pg_dump -fout db", ">out"),
        ("mysqldump -u root db -r out", ">out"),
        ("pg_restore -d db f", "<f"),
        ("docker save img -o out", ">out"),
        ("docker load -i f", "<f"),
        ("docker cp web:/a b", "<web:/a >b"),
        ("gpg -o out -c f", "<f >out"),
        ("openssl enc -in a -out b", "<a >b"),
        ("dd if=a of=? bs=1M", "<a >?"),
        ("tee -a f g", ">f >g"),
        ("restic -r repo backup --tag x /a /b", "</a </b"),
        ("borg create -C lz4 repo::x /a /b", "</a </b >repo::x"),
        ("s3cmd put a s3://b", "<a >s3://b"),
        ("mc cp a b/c", "<a >b/c"),
        ("az storage blob upload -c x --file a -n b", "<a"),
        ("gcloud storage cp a gs://b", "<a >gs://b"),
        ("truncate -s 0 log", "-log"),
        ("find ? /b -mtime +7 -delete", "-? -/b"),
        ("find -L /b ( -name x ) -delete", "-/b"),
        ("find . -name x", ""),
        ("zip -r out.zip a b", "<a <b >out.zip"),
        ("ln -sfn a b", "<a >b"),
        ("sort -o out in", "<in >out"),
        ("grep x f g", "<f <g"),
        ("sed -i s/a/b/ f", "<f >f"),
    ];
    check(&table, operands);
}

#[test]
fn a_table_of_the_user_replaces_or_extends() {
    let known = Knowledge::builtin();
    let replaced = known.with("[[command]]\nname = \"rsync\"\nroles = [\"notify\"]").unwrap();
    let rsync = replaced.command("rsync").unwrap().reading(&[Arg::Text("a"), Arg::Text("b")]);
    assert!(rsync.roles().contains(Role::Notify) && rsync.operands().sources.is_empty());

    let extended = known.with("[[command]]\nname = \"rsync\"\nextend = true\nroles = [\"notify\"]").unwrap();
    let rsync = extended.command("rsync").unwrap().reading(&[Arg::Text("a"), Arg::Text("b")]);
    assert!(rsync.roles().contains(Role::Notify) && rsync.operands().sources == [Place { arg: 0, start: 0 }]);
}

#[test]
fn a_table_with_a_mistake_is_refused() {
    let message = |text: &str| Knowledge::default().with(text).unwrap_err().to_string();
    assert!(message("[[command]]\nname = \"a\"\nrole = []").contains("unknown field `role`"));
    assert!(message("[[command]]\nname = \"a\"\nroles = [\"x\"]").contains("unknown variant `x`"));
    assert!(message("[[command]]\nname = \"a\"\naliases = [\"a\"]").contains("`a` is described twice"));
    assert!(message("[[command]]\nname = \"a\"\n[[command.when]]\nmatches = \"(\"").contains("line 4"));
}

#[track_caller]
fn check_claims(texts: &[&str], expected: bool) {
    let wrong: Vec<_> =
        texts.iter().filter(|text| Claims::builtin().claims_success(text) != expected).collect();
    assert!(wrong.is_empty(), "should be {expected}: {wrong:?}");
}

#[test]
fn messages_of_success_are_told_from_others() {
    let claims = [
        "Backup completed!",
        "Done.",
        "done",
        "OK",
        "[ OK ] nginx",
        "Backup completed at  ",
        "✅ Deployed",
        "Upload finished successfully",
        "All tests passed",
        "Deployed to production",
        "Installed nginx",
        "Completed with no errors",
        "0 failed, 12 passed",
        "errors: 0, done",
        "Setup complete, you can now log in",
        "Backup of   saved to  ",
        "Sicherung abgeschlossen",
        "Sauvegarde terminée",
        "Respaldo completado con éxito",
        "Cópia concluída com sucesso",
        "バックアップ完了",
        "备份成功",
        "Готово",
        "Бэкап успешно завершён",
        "==> Success",
        "Database restored",
        "Health check passed",
        "Completed in 0 seconds",
        "Done, please reboot",
    ];
    check_claims(&claims, true);
    let others = [
        "",
        "Starting backup...",
        "not completed",
        "Backup not completed",
        "Completed with errors",
        "if done, press enter",
        "Checking whether done",
        "nothing done",
        "0 files completed",
        "Done?",
        "Are you done? Press a key",
        "Usage: backup [ok|fail]",
        "Backup failed",
        "Upload failed. Done.",
        "isn’t complete",
        "Press enter when done",
        "to complete the setup, run x",
        "Installed packages:",
        "the saved games directory",
        "Waiting until the upload is complete",
        "Completed with exit code  ",
        "Backup started",
        "arguments passed to the script",
        "incomplete",
        "Sicherung nicht abgeschlossen",
        "Échec de la sauvegarde",
        "ошибка: не готово",
        "备份失败",
        "already installed",
        "will be deployed to  ",
        "Uploading  ",
        "hello world",
        "❌ done",
        "unsuccessful",
        "on success, mail is sent",
        "Auto-generated by make",
    ];
    check_claims(&others, false);
}

#[test]
fn log_functions_pings_and_markers_are_known_by_name() {
    let claims = Claims::builtin();
    for name in
        ["log", "log_info", "print_success", "msg", "ok", "say", "logger", "log::info", "LOG", "echo_green"]
    {
        assert!(claims.is_log_function(name), "{name}");
    }
    for name in ["backup", "log_rotate", "login", "print_usage", "catalog", "okra", "die"] {
        assert!(!claims.is_log_function(name), "{name}");
    }
    for url in [
        "https://hc-ping.com/uuid",
        "https://cronitor.link/p/x/y?state=complete",
        "http://h:9091/metrics/job/b",
    ] {
        assert!(claims.is_ping_url(url), "{url}");
    }
    for url in [
        "https://hc-ping.com/uuid/fail",
        "https://hc-ping.com/uuid/start",
        "https://example.com/x",
        "https://cronitor.link/p/x/y?state=fail",
    ] {
        assert!(!claims.is_ping_url(url), "{url}");
    }
    for path in [
        "/var/run/backup.done",
        "last_success",
        "/x/.success",
        "a.ok",
        "/tmp/_SUCCESS",
        ".last-success",
        "x.stamp",
    ] {
        assert!(claims.is_marker_path(path), "{path}");
    }
    for path in ["/var/log/backup.log", "book", "undone.txt", "/done/x", "out.sql.gz"] {
        assert!(!claims.is_marker_path(path), "{path}");
    }
}

#[test]
fn lies_are_told_by_some_calls() {
    let none = Streams::default();
    let here = |text| Streams { fed: true, text: Some(text), read: false };
    let read = Streams { read: true, ..none };
    let table = [
        ("curl -o page ?", none, "HttpError -f, Wait"),
        ("curl ?", none, "Wait"),
        ("curl ?", read, "HttpError -f, Wait"),
        ("curl -fsS ?", read, "Wait"),
        ("curl -fsS --max-time 60 ?", read, ""),
        ("curl -so/dev/null ?", none, "Silent -S, Wait"),
        ("curl -f --silent --show-error ?", none, "Wait"),
        ("curl http://localhost:8080/", none, ""),
        ("ssh vault uptime", none, "Wait"),
        ("ssh -o ConnectTimeout=5 vault uptime", none, ""),
        ("nc queue 7000", none, "Wait"),
        ("nc -w 5 queue 7000", none, ""),
        ("docker run -d shop", none, "Start"),
        ("docker run --rm shop", none, ""),
        ("docker compose up -d --wait", none, ""),
        ("kubectl apply -f shop.yaml", none, "Start"),
        ("kubectl apply --dry-run=client -f shop.yaml", none, ""),
        ("helm upgrade shop ./shop --wait", none, ""),
        ("curl --data x ?", none, "HttpError -f, Wait"),
        ("curl -w %{http_code} ?", read, "Wait"),
        ("psql -f x.sql", none, "SqlError -v ON_ERROR_STOP=1"),
        ("psql -vON_ERROR_STOP=1 -f x.sql", none, ""),
        ("psql -c a", none, ""),
        ("psql -c a -c b", none, "SqlError -v ON_ERROR_STOP=1"),
        ("psql shop", here("select 1;"), "SqlError -v ON_ERROR_STOP=1"),
        ("psql shop", here("\\set ON_ERROR_STOP on"), ""),
        ("psql shop", none, ""),
        ("sqlplus shop", here("whenever sqlerror exit 1"), ""),
        ("sqlplus shop", here("select 1;"), "ScriptError"),
        ("apt-get -qq update", none, "StaleIndex -o APT::Update::Error-Mode=any"),
        ("apt-get update --error-on=any", none, ""),
        ("make -ki all", none, "Told"),
        ("make -k all", none, ""),
    ];
    for (line, streams, expected) in table {
        let (name, words) = arguments(line);
        let args: Vec<Arg<'_>> = words.iter().map(|word| arg(word)).collect();
        let lies = Knowledge::builtin().command(&name).expect("it is known").lies(&args, streams);
        let shown = lies.iter().map(|(lie, honest)| format!("{lie:?} {}", honest.unwrap_or_default()));
        assert_eq!(shown.collect::<Vec<_>>().join(", ").trim_end(), expected, "{line}");
    }
}

#!/usr/bin/env bash
# Fine-tunes encoders on the data sets of docs/benchmarks.md, through the command line, and appends one JSON object for each
# run to a file. What the file holds already is not run again, so that the work can be done in several sittings.
#
#   docs/benchmarks/transfer.sh DATA RESULTS.jsonl MODEL SEED [TASK...]
#
#   DATA     the folder with sst2/, mr/, cola/ and so on
#   MODEL    minilm, bge-small, or random: minilm's architecture and tokenizer with random weights
#   TASK     all of them where none is named
set -euo pipefail
[ $# -ge 4 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
data=$1 results=$2 model=$3 seed=$4
shift 4
graft=$(cd "$(dirname "$0")/../.." && pwd)/graft
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
news=$work/news.txt # labels of AG News count from 1: 0 is none of them
{ echo none; sed 's/\r$//' "$data/agnews/classes.txt"; } >"$news"

# Options of `graft train` for a task; where the test rows need other options than the training rows, `test_of` has them.
options() {
  case $1 in
    sst2) echo "--train $data/sst2/train-sentences.tsv.gz --test $data/sst2/dev.tsv" ;;
    mr) echo "--train pos=$data/mr/rt-polarity.pos.gz,neg=$data/mr/rt-polarity.neg.gz --charset latin1 --split $data/mr/split-90-10.json" ;;
    cola) echo "--train $data/cola/train.tsv.gz --test $data/cola/dev.tsv --columns 3,1 --eval-metric matthews" ;;
    mrpc) echo "--train $data/mrpc/train.tsv.gz --test $data/mrpc/dev.tsv" ;;
    rte) echo "--train $data/rte/train.tsv.gz --test $data/rte/dev.tsv" ;;
    stsb) echo "--train $data/stsb/train.tsv.gz --test $data/stsb/dev.tsv.gz" ;;
    trec6) echo "--train $data/trec/train.txt.gz --test $data/trec/test.txt --format label-text --charset latin1 --label-until :" ;;
    trec50) echo "--train $data/trec/train.txt.gz --test $data/trec/test.txt --format label-text --charset latin1" ;;
    banking77) echo "--train $data/banking77/train.csv.gz --test $data/banking77/test.csv.gz" ;;
    atis) echo "--train $data/atis/train/seq.in.gz --validation $data/atis/valid/seq.in --label-file label --unknown-labels wrong" ;;
    sms) echo "--train $data/sms/sms.tsv.gz --split $data/sms/split-80-20.json" ;;
    agnews) echo "--train $data/agnews/train-descriptions.tsv.gz" ;;
    clinc150) echo "--train $data/clinc150/data_full.json.gz --records train" ;;
    goemotions) echo "--train $data/goemotions/train.tsv.gz --validation $data/goemotions/dev.tsv.gz --test $data/goemotions/test.tsv.gz --columns 0,1 --label-separator , --label-names $data/goemotions/labels.txt" ;;
    imdb256) echo "--train $data/imdb/train.csv.gz --test $data/imdb/test.csv.gz --max-length 256" ;;
    imdb512) echo "--train $data/imdb/train.csv.gz --test $data/imdb/test.csv.gz --max-length 512" ;;
    books-kitchen) echo "--train $data/amazon/books.jsonl.gz --test $data/amazon/kitchen.jsonl.gz --text text --label label" ;;
    *) echo "no such task: $1" >&2; exit 2 ;;
  esac
}

test_of() {
  case $1 in
    atis) echo "$data/atis/test/seq.in --label-file label --unknown-labels wrong" ;;
    agnews) echo "$data/agnews/test.csv.gz --text 1,2 --label 0 --label-names $news" ;;
    clinc150) echo "$data/clinc150/data_full.json.gz --records test" ;;
  esac
}

random_like_minilm() {
  local config
  "$graft" inspect minilm >/dev/null # imports it where it is not there yet
  config=$(find "${XDG_CACHE_HOME:-$HOME/.cache}/graft" -path "*/minilm/config.json" | head -1)
  "$graft" init --config "$config" --tokenizer "$(dirname "$config")" --seed "$seed" --out "$1" >/dev/null
}

# Without line ends, and without the confusion matrix, whose 151 rows nobody reads here.
short() { tr -d '\n' | sed 's/"confusion":\[\[[^]]*\]\(,\[[^]]*\]\)*\],//'; }

run() {
  local task=$1 start=$model out=$work/out json=$work/result.json
  if [ "$model" = random ]; then
    start=$work/random
    [ -d "$start" ] || random_like_minilm "$start"
  fi
  rm -rf "$out"
  # shellcheck disable=SC2046 # words are wanted
  "$graft" train --model "$start" --seed "$seed" --out "$out" --json $(options "$task") >"$json" 2>"$work/log" || {
    tail -3 "$work/log" >&2
    return 1
  }
  local train
  train=$(cat "$json")
  if [ -n "$(test_of "$task")" ]; then
    # shellcheck disable=SC2046
    "$graft" evaluate --model "$out" --test $(test_of "$task") --json >"$json" 2>"$work/log" || {
      tail -3 "$work/log" >&2
      return 1
    }
  else
    train=null
  fi
  # One line: task, model, seed, the result on the test rows, and that of the training where it is another.
  printf '{"task":"%s","model":"%s","seed":%s,"result":%s,"training":%s}\n' \
    "$task" "$model" "$seed" "$(short <"$json")" "$(printf %s "$train" | short)" >>"$results"
}

[ $# -gt 0 ] || set -- trec6 trec50 atis sms sst2 mr cola banking77 clinc150 rte mrpc stsb books-kitchen agnews goemotions imdb256 imdb512
for task; do
  if grep -qs "\"task\":\"$task\",\"model\":\"$model\",\"seed\":$seed," "$results"; then
    continue
  fi
  echo "$(date +%H:%M) $task $model seed $seed" >&2
  run "$task" || echo "$task $model seed $seed failed" >&2
done

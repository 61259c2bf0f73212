"""The words of the question box and of its answers. Translate it with sentences.py.

The browser gets them as JSON: no script holds a sentence. `{name}` is filled in by the script.
"""

from typing import Final

ASK_LABEL: Final = "Ask in your own words"
ASK_PLACEHOLDER: Final = "Can a 4090 LoRA a 13B?"
ASK_BUTTON: Final = "Answer"
LATE: Final = "The answer is loading …"
NOT_LOADED: Final = "The answer did not load. Check the connection, then reload the page."
NO_SCRIPT: Final = (
    "The answer is computed in your browser and needs JavaScript. "
    "The tables of this site hold the same numbers without it."
)
EXAMPLES_LABEL: Final = "For example"
EXAMPLES: Final = (
    "Can a 4090 LoRA a 13B?",
    "Llama 3.1 8B, Q4_K_M, 32k context on a 3060",
    "Minimum GPU for Mixtral",
    "Largest model to QLoRA on 16 GB",
    "How many H100 for DeepSeek V3?",
    "2x3090, Llama 3.3 70B, Q4_K_M",
)
"""Questions under the empty box, in readers' words."""

FIELD: Final = {
    "board": "GPU",
    "boards": "How many",
    "memory": "Usable GiB",
    "task": "Task",
    "model": "Model",
    "weights": "Weights",
    "context_length": "Context length, tokens",
    "sequence_length": "Sequence length, tokens",
    "micro_batch_size": "Micro-batch",
    "gradient_accumulation_steps": "Gradient accumulation, steps",
    "lora_rank": "LoRA rank",
    "gradient_checkpointing": "Gradient checkpointing",
    "optimizer": "Optimizer",
    "kv_cache": "KV cache",
    "runtime": "Runtime",
    "image_size": "Image size, pixels",
    "attention": "Attention",
    "precision": "Precision",
    "reserve": "Keep free for the display, GiB",
}
BOX: Final = {
    "any_board": "any GPU",
    "any_task": "inference",
    "any_model": "any model",
    "answer": "Answer",
    "controls": "Change the setting",
    "share": "Link and badge",
    "report": "Report a mistake in this answer",
}
"""What stands in the page, and no script needs."""

OPTION: Final = {
    "popular": "Well-known GPUs",
    "memory": "A memory size",
    "memory_of": "{gib} GiB usable",
    "own_memory": "another size …",
    "sizes": "Any model of a size",
}
"""In the lists of the pickers."""

CHOICE: Final = {
    "default": "default",
    "default_value": "{value} (default)",
    "on": "on",
    "off": "off",
    "class_of": "any {size}",
    "one_of_these": "these models",
    "own_model": "Your own model",
}
PLACE: Final = {
    "understood": "Understood",
    "alternatives": "Or did you mean",
    "ladder": "What would make it fit",
    "less": "What would need less",
    "limits": "How far it goes",
    "tasks": "Task by task",
    "parts": "Where the memory goes",
    "each_board": "GPU by GPU",
    "link": "Link",
    "markdown": "Markdown",
    "html": "HTML",
    "copy": "Copy",
    "copied": "Copied",
    "more": "Why, and what would make it fit",
    "page_of": "Page: {name}",
}
LIST_PLACE: Final = {
    "members": "Model by model",
    "boards": "The smallest GPUs on which it fits",
    "machines": "Several GPUs on which it fits",
    "models_of": "The largest models: {title}",
    "models": "The largest models that fit",
    "counts": "One or several of this GPU",
}
"""Titles in answers that are a list."""

HEAD: Final = {
    "model": "Model",
    "board": "GPU",
    "task": "Task",
    "needs": "Needs",
    "needs_each": "Needs on each",
    "offers": "Offers",
    "verdict": "Verdict",
    "change": "Change",
    "saves": "Saves",
    "costs": "Costs",
    "count": "How many",
    "layers": "Layers",
    "count_models": "Models that fit",
    "largest": "Largest model that fits",
    "smallest": "Smallest GPU",
    "limit": "Limit",
    "memory": "Sold with",
}
HEADLINE: Final = {
    "fits": "Yes",
    "tight": "Perhaps, it is tight",
    "no": "No",
    "unknown": "Unknown",
    "mixed": "It depends on the model",
}
"""The first word of an answer to a question whether something fits."""

LINE: Final = {
    "one": "needs {need}, {offer}.",
    "offer": "{board} offers {have}",
    "offer_each": "each of {boards} offers {have}",
    "offer_memory": "you have {have}",
    "offer_memory_each": "you have {count} times {have}",
    "each": "needs {need} on each, {offer}.",
    "at_setting": "At the setting assumed below it {needs}",
    "what": "{setting} of {model}.",
    "band": "Expect {low} to {high}.",
    "assumed": "Assumed: {assumptions}",
    "phase": "The peak is {phase}.",
    "free": "{size} to spare.",
    "over": "{size} too little.",
    "reserve": "{size} are kept free on each GPU.",
    "without": "{said} Without it: {answer} {line}",
    "way": "{change}: {need}.",
    "way_of": "{change}: {need} for {model}.",
    "need_model": "Name a model, or a size such as 13B.",
    "need_both": "Name a GPU and a model, or one of them: for example “{example}”",
    "problem": "{path}: {saw}. Expected: {expected}. {tip}",
    "saves": "{size}",
    "nothing": "nothing",
}
LIST_LINE: Final = {
    "what_bits": "{task} in {bits} bits: {model}.",
    "what_each": "{task}: {model}, each in its own format.",
    "class_fits": "all {count} models fit. They need {low} to {high}, {offer}.",
    "class_tight": "tight for all {count} models: {low} to {high}, {offer}.",
    "class_no": "none of {count} models fits. They need {low} to {high}, {offer}.",
    "class_mixed": (
        "of {count} models, {fits} fit, {tight} are tight, {no} do not fit. "
        "They need {low} to {high}, {offer}."
    ),
    "class_none": "The catalog has no model of that size ({size}).",
    "smallest": "is enough: it offers {have}, the need is {need}.",
    "smallest_none": "no single GPU of the catalog is enough: the need is {need}.",
    "takes": "It takes several GPUs: {boards}, for example.",
    "smallest_class": (
        "is enough for all {count} models: it offers {have}, they need {low} to {high}."
    ),
    "smallest_class_none": (
        "no single GPU of the catalog is enough for all {count} models: they need {low} to {high}."
    ),
    "no_board": "no single GPU",
    "label": "{gb} GB",
    "and_more": "and {count} more",
    "count": "are enough: {need} on each, each offers {have}.",
    "count_one": "is enough: the need is {need}, it offers {have}.",
    "count_none": "not even {boards} are enough: {need} on each, each offers {have}.",
    "count_class": (
        "are enough for each of {count} models: at most {need} on each, each offers {have}."
    ),
    "count_class_one": "is enough for each of {count} models: at most {need}, it offers {have}.",
    "count_class_none": (
        "not even {boards} are enough for all {count} models: {need} on each, each offers {have}."
    ),
    "way_smallest": "{title}: {board} is enough, {need}.",
    "way_count": "{title}: {boards} are enough, {need} on each.",
    "way_count_one": "{title}: {boards} is enough, {need}.",
    "largest_model": "is the largest that fits {board}: {need} of {have}. {how}.",
    "largest_none": "no model of the catalog fits {board} in this setting.",
}
"""Lines of answers that are a list: of models, of boards."""

LIMIT: Final = {
    "micro_batch_size": "Largest micro-batch: {value}.",
    "micro_batch_size_all": "Largest micro-batch: {value} or more.",
    "context_length": "Longest context: {value} tokens.",
    "context_length_all": "Longest context: {value} tokens, all that the model supports.",
    "sequence_length": "Longest sequence: {value} tokens.",
    "sequence_length_all": "Longest sequence: {value} tokens, all that the model supports.",
    "weights": "Most precise weights that fit: {value}.",
    "tasks": "Tasks that fit at their defaults: {value}.",
    "board": "Smallest GPUs on which it fits as asked: {value}.",
    "no_board": "It fits as asked on no single GPU of the catalog.",
    "boards": "GPUs of this kind that it takes: {value}.",
    "none": "Not even one token fits.",
}
"""The inverse answers. Each says how far the question goes before the high end no longer fits."""

QUESTION: Final = {
    "fits": "does it fit",
    "smallest-board": "which GPU is enough",
    "what-runs": "what fits",
    "how-many-boards": "how many GPUs",
    "largest-model": "the largest model",
    "longest-context": "the longest context",
    "largest-batch": "the largest batch",
}
"""What is asked, in the echo of what was understood."""

OWN: Final = {
    "title": "Your own model: paste its config.json",
    "label": (
        "The config.json of a model on the Hugging Face hub, or the model's name to find it. "
        "It is read in your browser and sent nowhere."
    ),
    "copy_from": "Open this file, copy all of it, and paste it here:",
    "read": "Read. The answer below is for this model.",
    "problem": "{path}: {saw}. Expected: {expected}.",
    "uncounted": "The answer leaves out a part whose size the configuration does not tell: {part}.",
    "document": "The text",
    "no_json": "not JSON",
    "whole_file": "the whole file, from the first { to the last }",
    "nothing": "nothing",
    "configuration": "the configuration",
    "this_key": "this key",
    "whole": "a whole number",
    "positive": "a number greater than 0",
    "list": "a list",
    "text": "a text",
    "one_of": "one of {known}",
    "language_part": "the part with the language model",
}
"""Said about a pasted configuration."""

COSTS: Final = {
    "micro_batch_size": "gradient-accumulation",
    "gradient_checkpointing": "gradient-checkpointing",
    "attention": "fused-attention",
    "optimizer": "small-optimizers",
    "weights": "quantisation",
    "kv_cache": "kv-cache-quantisation",
    "task": "qlora",
    "sequence_length": "shorter-context",
    "context_length": "shorter-context",
    "boards": "model-parallelism",
    "encoders": "cached-embeddings",
}
"""Which trick of data/methods.yml a change of the ladder is: it says what the change costs."""

SENTENCE: Final = {
    "task": {
        "inference": "run",
        "lora": "LoRA",
        "qlora": "QLoRA",
        "full": "full fine-tuning of",
    },
    "model_board": "{task} {model} on {board}",
    "model": "Minimum GPU: {task} {model}",
    "board": "What can {board} {task}",
    "none": "{task}",
    "memory": "{gib} GB",
    "several": "{count}x {board}",
    "and": " and ",
    "extras": {
        "weights": "{value}",
        "context_length": "context {value}",
        "sequence_length": "sequence length {value}",
        "micro_batch_size": "batch {value}",
        "gradient_accumulation_steps": "gradient accumulation {value}",
        "lora_rank": "rank {value}",
    },
}
"""A sentence for what was chosen in the pickers; the box must read it as exactly that."""

BADGE_TITLE: Final = "Badges for a README or a forum"
BADGE_LEAD: Final = "Copy the line below a badge. The badge changes when the answer does."
BADGE_FITS: Final = "fits {size}"
BADGE_NONE: Final = "no single GPU"
BADGE_SUFFIX: Final = " fine-tuning"
"""Left out of a task's title, to keep badges short."""

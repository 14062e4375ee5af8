"""What words for money mean: `triệu`, `tr.đ`, `nghìn đồng`, `k` (rules P48, P51)."""

# What one unit of money is in đồng, by its key; MONEY_WORDS has every way of writing it.
MONEY = {"dong": 1, "nghin dong": 1_000, "ngan dong": 1_000, "trieu dong": 1_000_000, "ty dong": 1_000_000_000}
MONEY_WORDS = {
    **dict.fromkeys(("d", "dong", "vnd", "vn d", "dong chan"), 1),
    **dict.fromkeys(("k", "nghin", "ngan", "nghin dong", "ngan dong", "nghin d", "ngan d"), 1_000),
    **dict.fromkeys(("tr", "trieu", "trd", "tr d", "trieu dong", "trieu d", "tr dong"), 1_000_000),
    **dict.fromkeys(("ty", "ti", "ty dong", "ti dong", "ty d"), 1_000_000_000),
}

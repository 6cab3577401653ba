"""What the model leaves out, in one place: a page that shows results shows this beside them.

Each entry says what is missing and which way that may move a conclusion. Who adds a mechanism takes its line away.
"""

from __future__ import annotations

NOT_MODELLED: dict[str, str] = {
    "Where land really lies damaged": (
        "Land cover, damage and mines are assigned by rule and differ between replicates: trust sums and proportions, "
        "not places."
    ),
    "A changing climate": (
        "Typhoons, fires and recovery keep their present rates; sea level stays. Slow recovery and mangroves may fare "
        "worse."
    ),
    "Livelihoods and people who move": (
        "Pressure on land has an owner and a price, but nobody migrates, loses a job or protests. Protection may cost "
        "more than is shown."
    ),
    "What becomes of who lived on spared land": (
        "Where years of care have ended a use for good, the model takes it that who lived on it found other work: the "
        "gain of the land stays and their loss ends. How much use ends for good is assumed (works.lasting), and both "
        "the area restored and what households lose hang on it. What they lose if nobody found other work stands "
        "beside the costs, as an upper bound."
    ),
    "Damage that moves elsewhere": (
        "Mining and construction that one policy refuses here may go to places outside the landscape. Strict policies "
        "look better than they are."
    ),
    "The rest of the economy": (
        "Revenues, prices and demand come from outside and do not react to policy; money is in real yuan, without "
        "discounting. Late gains weigh as much as early ones."
    ),
    "Land that is degraded anew": (
        "Forests are not cleared, soils not stripped and waters not spoiled afresh after the start, but for mines, "
        "construction and disturbance. So land recovers even where nothing is done, and late gains may look too easy."
    ),
    "What becomes of flats cleared of Spartina": (
        "Nobody farms them, and no province helps counties to pay: a coast stays clear by patrols alone. Plans of bays "
        "may cost counties less than is shown, and leave flats in a worse state."
    ),
    "Quotas and products for sale": (
        "Farmland, shoreline and carbon are counted; quotas of land are not traded and no product of restored land is "
        "sold but carbon. Private money is smaller than it might be."
    ),
    "New mining rights": (
        "Concessions of the start are dug out within decades and none is added, so mining and its violations end by "
        "themselves. Late years show a land whose mining ends: rules for mines change less there than where mining "
        "goes on."
    ),
    "What was mended before the start": (
        "Old mines and Spartina stand as they were before local programmes dealt with them, in Xiamen above all, so "
        "every policy finds them to do."
    ),
    "Species": (
        "Composition stands for the reference community; no animal or plant has a population, and none is introduced."
    ),
    "Water as quantity": "Loads run down the rivers; floods, droughts, dams and drinking water do not.",
    "Collusion": (
        "Counties excuse their own mines, firms fake restoration; bribery and forged records beyond that are absent. "
        "Strict rules may work less well than shown."
    ),
    "Inspectors already in post": (
        "General budgets pay them, outside the model: only those hired beside them cost money here. Ground checks, and "
        "policies that ask for more of them, look cheaper than they are."
    ),
    "How hard a reform is to carry out": (
        "A policy is in force in full from its first year; drafting, training and resistance cost nothing."
    ),
}

VALID_FOR = (
    "Valid for comparing the policies named here with one another, on this landscape, under the stated assumptions, "
    "and for finding out what such a conclusion hangs on."
)
NOT_VALID_FOR = (
    "Not valid for forecasting a place or a year, for setting a budget in yuan, for judging a county's officials, or "
    "for other landscapes."
)

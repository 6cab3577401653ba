/* The ecological year in fused C: loads down the rivers, seed rain, growth, carbon. The same mathematics as
   model/mechanisms/{water/routed,recovery/two_speed,carbon/stock}.py, compiled by the benchmark as its reference. */
#include <math.h>
#include <stdint.h>

#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define MIN(a, b) ((a) < (b) ? (a) : (b))

void year(int64_t n, const int64_t *indptr, const int32_t *indices, const float *probability,
          const int32_t *order, const int32_t *downstream, const double *fraction,
          const double *area, const int8_t *ecosystem, const float *slope, const double *pressure,
          const double *stock, const double *invader, const double *ceiling, const double *taken,
          double *structure, double *composition, double *substrate, double *cover, double *native,
          double *carbon, double *load, double *seed_rain, double *source, double *propagules, double *carried,
          const double *export_, const double *retention, const double *growth, const double *erosion,
          const double *sensitivity, const double *green, const double *reference, const double *p)
{
    /* p: guard, scar, slope scale, m0, m1, A0, own, pool, pool carried, then the 14 scalars of two_speed, gain, loss */
    const double guard = p[0], scar = p[1], scale = p[2];
    for (int64_t i = 0; i < n; i++) {
        double condition = 0.5 * (structure[i] + composition[i]) * (1.0 - taken[i]);
        double each = export_[ecosystem[i]] * (1.0 - guard * condition);
        if (export_[ecosystem[i]] > 0.0) each += scar * (1.0 - cover[i]);
        load[i] = area[i] * each * (1.0 + slope[i] / scale);
        propagules[i] = area[i] * condition;
        carried[i] = propagules[i] * composition[i];
    }
    for (int64_t k = 0; k < n; k++) {
        int32_t i = order[k], j = downstream[i];
        if (j < 0) continue;
        double condition = 0.5 * (structure[i] + composition[i]) * (1.0 - taken[i]);
        load[j] += fraction[i] * (1.0 - retention[ecosystem[i]] * condition) * load[i];
    }
    for (int64_t i = 0; i < n; i++) {
        double arriving = p[6] * propagules[i], carrying = p[6] * carried[i];
        for (int64_t k = indptr[i]; k < indptr[i + 1]; k++) {
            arriving += probability[k] * propagules[indices[k]];
            carrying += probability[k] * carried[indices[k]];
        }
        seed_rain[i] = p[3] + p[4] * (1.0 - exp(-arriving / p[5]));
        double whole = arriving + p[7];
        source[i] = whole > 0.0 ? (carrying + p[8]) / whole : 0.0;
    }
    const double *q = p + 9;
    for (int64_t i = 0; i < n; i++) {
        int8_t e = ecosystem[i];
        double ground = substrate[i], s = structure[i], c = composition[i];
        double room = MAX(1.0 - pressure[i] - sensitivity[e] * stock[i] / (1.0 + stock[i]) - invader[i], 0.0);
        double limit = MAX(room * MIN(MAX(ground / q[1], q[2]), 1.0), 1e-9);
        double carry = 1.0 / (1.0 + exp((q[3] - ground) / q[4]));
        double grown = s + growth[e] * carry * (s + seed_rain[i]) * MAX(1.0 - s / limit, 0.0);
        grown = MIN(grown, MAX(s, limit)) - q[6] * MAX(s - limit, 0.0);
        double grew = MIN(MAX(grown / (1.0 + q[5] * (1.0 - carry)), 0.0), 1.0);
        double gap = MAX(native[i] * MIN(1.0, 1.5 * s) - c, 0.0);
        composition[i] = MIN(c + q[0] * source[i] * gap * gap, grew);
        structure[i] = grew;
        double lost = erosion[e] * exp(-q[13] * MAX(grew, cover[i]));
        double soil = ground + (q[7] * grew + q[8]) * MAX(ceiling[i] - ground, 0.0) - lost * ground;
        substrate[i] = MIN(MAX(soil, 0.0), 1.0);
        double herbs = q[10] * MIN(ground / q[11], 1.0) * room;
        double shown = MAX(green[e] * MAX(grew, herbs), invader[i]);
        cover[i] += q[9] * (shown - cover[i]);
        native[i] += q[12] * source[i] * grew * (1.0 - native[i]);
        double missing = reference[e] * grew * (1.0 - taken[i]) - carbon[i];
        carbon[i] += (missing > 0.0 ? p[23] : p[24]) * missing;
    }
}

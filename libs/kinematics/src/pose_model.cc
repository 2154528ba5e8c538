#include "plyo/kinematics/pose_model.h"

namespace plyo {

PoseModelErrors ErrorsOf(std::string_view pose_model) {
  PoseModelErrors errors;
  if (!pose_model.starts_with("blazepose_")) return errors;
  errors.toes_lead = true;
  errors.toe_lift_lag_s = 0.021;
  errors.falling_foot_lag_s = 0.006;
  errors.resting_foot_lead_s = 0.007;
  errors.toes_mislead = true;
  if (pose_model == "blazepose_heavy") {
    errors.toe_lift_lag_s = 0.027;
    errors.falling_foot_lag_s = 0;
    errors.toe_off_u_s = 0.003;
  }
  if (pose_model == "blazepose_lite") {  // bends too little
    errors.toe_lift_lag_s = 0.018;
    errors.falling_foot_lag_s = 0.010;
    errors.hip_angle_u_deg = 7;
    errors.knee_angle_u_deg = 10;
    errors.ankle_angle_u_deg = 20;
  }
  return errors;
}

}  // namespace plyo
